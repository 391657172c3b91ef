// Creating and opening a segment.
#include "segment/segment.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "error/raise.hpp"
#include "segment/superblock.hpp"

namespace telar::detail {
namespace {

#if defined(__SANITIZE_THREAD__)
constexpr std::uint64_t default_reserve = std::uint64_t{16} << 30;
#else
constexpr std::uint64_t default_reserve = std::uint64_t{256} << 30;
#endif

std::uint64_t first_reserve(const graph_options& options) {
  if (options.reserve == 0) return default_reserve;
  if (options.reserve < min_reserve || options.reserve > max_reserve) {
    raise(errc::bad_argument, "a reserve is between 16 MiB and 1 TiB, not " +
                                  std::to_string(options.reserve) + " bytes.");
  }
  return options.reserve / page * page;
}

/// Beyond the limit on file sizes, ftruncate would kill us with SIGXFSZ.
bool set_size(const descriptor& file, std::uint64_t bytes) {
  rlimit most{};
  ::getrlimit(RLIMIT_FSIZE, &most);
  return bytes <= most.rlim_cur &&
         ::ftruncate(file.get(), static_cast<off_t>(bytes)) == 0;
}

}  // namespace

bool segment::map(std::uint64_t reserve) {
  geometry_ = divide(reserve);
  control_ = mapping::make(file_, 0, control_bytes);
  if (!control_) return false;
  data_ = mapping::make(file_, control_bytes, reserve - control_bytes);
  if (!data_) return false;
  std::byte* control = control_->address();
  clocks_ = reinterpret_cast<detail::clocks*>(control + clocks_offset);
  slots_ = reinterpret_cast<detail::slot*>(control + slots_offset);
  origin_ = data_->address() - control_bytes;
  vertices_ = at<vertex_header>(geometry_.vertices);
  in_words_ = at<word64>(geometry_.in_words);
  return true;
}

std::unique_ptr<segment> segment::create(const location& where,
                                         const graph_options& options) {
  std::unique_ptr<segment> made(new segment);
  made->name_ = where.name();
  const bool backed = where.placement() != placement::isolated;
  // Say so before the work, if the name is taken; publish() has the last word.
  if (where.placement() <= placement::file &&
      ::access(path_of(where).c_str(), F_OK) == 0) {
    raise(errc::exists, where.name() +
                            " exists already.  Open it, remove it, or choose "
                            "another name.");
  }
  if (backed) made->file_ = make_nameless(where, options.mode);
  std::uint64_t reserve = first_reserve(options);
  for (;;) {
    if ((!backed || set_size(made->file_, reserve)) && made->map(reserve)) {
      break;
    }
    if (options.reserve != 0 || reserve / 2 < min_reserve) {
      raise(errc::no_space,
            "cannot reserve " + std::to_string(reserve >> 20) +
                " MiB of address space for " + where.name() +
                ".  Ask for a smaller reserve, or raise the limit on virtual "
                "memory (ulimit -v) or file size (ulimit -f).");
    }
    reserve /= 2;
  }
  made->what_ = describe(where, options, reserve);
  made->initialise(options);
  return made;
}

void segment::initialise(const graph_options& options) {
  // The limit must leave room for the first page of each region.
  if (options.limit != 0 && options.limit < 2 * extent_bytes) {
    raise(errc::bad_argument, "a limit is at least 128 KiB, not " +
                                  std::to_string(options.limit) + " bytes.");
  }
  commit(0, slots_offset);
  std::memcpy(control_->address(), &what_, sizeof what_);
  clocks_->epoch.store(1, std::memory_order_relaxed);
  clocks_->grace.store(1, std::memory_order_relaxed);
  if (keyed()) grow_buckets(256);
}

void segment::publish(const location& where) {
  if (where.placement() <= placement::file) detail::publish(file_, where);
}

std::unique_ptr<segment> segment::open(const location& where) {
  std::unique_ptr<segment> opened(new segment);
  opened->name_ = where.name();
  opened->file_ = open_existing(where);
  struct stat state {};
  const int fd = opened->file_.get();
  if (::fstat(fd, &state) != 0) raise_system(errno, "cannot stat");
  const auto size = static_cast<std::uint64_t>(state.st_size);
  superblock& copy = opened->what_;
  if (::pread(fd, &copy, sizeof copy, 0) != static_cast<ssize_t>(sizeof copy)) {
    raise(errc::corrupt, "cannot open " + where.name() +
                             ": it is not a Telar graph (it has " +
                             std::to_string(size) + " bytes).");
  }
  validate(copy, size, where.name());
  if (!opened->map(copy.reserve)) {
    raise(errc::no_space,
          "cannot map the " + std::to_string(copy.reserve >> 20) +
              " MiB of address space that " + where.name() +
              " was made with.  Raise the limit on virtual memory (ulimit "
              "-v), or make the graph with a smaller reserve.");
  }
  const detail::clocks& bounds = opened->clocks();
  const detail::geometry& most = opened->geometry();
  if (bounds.vertex_capacity > most.max_vertices ||
      bounds.vertex_count > bounds.vertex_capacity ||
      bounds.bucket_count > most.max_buckets ||
      bounds.extent_capacity > most.max_extents ||
      bounds.slot_capacity > max_slots || bounds.slot_capacity == 0) {
    raise(errc::corrupt, "cannot open " + where.name() +
                             ": its bounds are beyond its size (I12).");
  }
  return opened;
}

bool segment::in_extents(std::uint64_t first,
                         std::uint64_t count) const noexcept {
  const std::uint64_t begin = geometry_.first_unit();
  const std::uint64_t units =
      clocks_->extent_capacity.load(std::memory_order_acquire) * extent_units;
  return first >= begin && first - begin <= units &&
         count <= units - (first - begin);
}

}  // namespace telar::detail
