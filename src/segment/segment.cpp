// Creating and opening a segment.
#include "segment/segment.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "error/raise.hpp"
#include "segment/retry.hpp"
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

struct stat file_state(const descriptor& file, const std::string& name) {
  struct stat state {};
  if (::fstat(file.get(), &state) != 0) {
    raise_system(errno, "cannot look at " + name);
  }
  return state;
}

}  // namespace

bool segment::map(std::uint64_t reserve) {
  geometry_ = divide(reserve, feed_bytes(what_));
  change_bytes_ = change_bytes(what_.payload_size);
  control_ = mapping::make(file_, 0, control_bytes);
  if (control_) {
    data_ = mapping::make(file_, control_bytes, reserve - control_bytes);
  }
  if (!control_ || !data_) {
    if (is_too_large(errno)) return false;
    raise_system(errno, "cannot map " + name_);
  }
  slots_ = reinterpret_cast<detail::slot*>(control_->address() + slots_offset);
  origin_ = data_->address() - control_bytes;
  vertices_ = at<vertex_header>(geometry_.vertices);
  in_words_ = at<word64>(geometry_.in_words);
  return true;
}

/// Once they are there: in a full file system, reading a page that is not
/// would be a SIGBUS.
void segment::meet_clocks() {
  clocks_ =
      reinterpret_cast<detail::clocks*>(control_->address() + clocks_offset);
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
  // Before it has its name; nobody else can have it yet.
  if (where.placement() <= placement::file) {
    (void)hold(made->file_, tenure::shared, {});
  }
  std::uint64_t reserve = first_reserve(options);
  for (;;) {
    made->what_ = describe(where, options, reserve);
    if ((!backed || resize(made->file_, where, reserve)) &&
        made->map(reserve)) {
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
  meet_clocks();
  std::memcpy(control_->address(), &what_, sizeof what_);
  clocks_->epoch.store(1, std::memory_order_relaxed);
  clocks_->grace.store(1, std::memory_order_relaxed);
  if (keyed()) grow_buckets(256);
  if (feeds()) commit_feed();
}

void segment::publish(const location& where) {
  if (where.placement() <= placement::file) detail::publish(file_, where);
}

std::unique_ptr<segment> segment::open(const location& where,
                                       std::chrono::milliseconds patience) {
  std::unique_ptr<segment> opened(new segment);
  opened->name_ = where.name();
  opened->patience_ = patience;
  opened->file_ = open_existing(where);
  opened->share();
  validate(opened->what_, opened->read_first_page(), where.name());
  if (!is_of_this_boot(opened->what_, where.name())) opened->have_alone();
  const std::uint64_t reserve = opened->what_.reserve;
  if (!opened->map(reserve)) {
    raise(errc::no_space,
          "cannot map the " + std::to_string(reserve >> 20) +
              " MiB of address space that " + where.name() +
              " was made with.  Raise the limit on virtual memory (ulimit "
              "-v), or make the graph with a smaller reserve.");
  }
  opened->meet_clocks();
  opened->require_bounds();
  return opened;
}

/// Before the first page is read: nobody is writing it then.
void segment::share() {
  if (!hold(file_, tenure::shared, patience_)) {
    raise(errc::busy, "cannot open " + name_ +
                          ": somebody has it alone, to check, repair or "
                          "remove it.  Try again later.");
  }
  // Whoever had it alone may have removed it.
  if (file_state(file_, name_).st_nlink == 0) {
    raise(errc::not_found, "there is no graph " + name_ + ".");
  }
}

bool segment::try_alone() {
  if (hold(file_, tenure::alone, {})) return true;
  share();
  return false;
}

/// Two who find that the machine was restarted meet here; the second finds that
/// all is done.  Who still has the file open is on another machine, or in a
/// container that does not tell the same boot: it must not be disturbed.
void segment::have_alone() {
  if (!hold(file_, tenure::alone, patience_)) {
    raise(errc::busy,
          "cannot open " + name_ +
              ": it was last used in another boot, and somebody has it open: a "
              "live graph belongs to one boot of one machine." +
              by_checkpoint);
  }
  validate(what_, read_first_page(), name_);
  another_boot_ = !is_of_this_boot(what_, name_);
  if (!another_boot_) share();
}

void segment::adopt() {
  adopt_boot(what_, name_);
  // One call within one page, which no signal interrupts.
  if (::pwrite(file_.get(), &what_, sizeof what_, 0) !=
      static_cast<ssize_t>(sizeof what_)) {
    raise_system(errno, "cannot write the first page of " + name_);
  }
  another_boot_ = false;
  share();
}

/// Returns the size of the file.
std::uint64_t segment::read_first_page() {
  const auto size =
      static_cast<std::uint64_t>(file_state(file_, name_).st_size);
  const ssize_t got = uninterrupted(
      [&] { return ::pread(file_.get(), &what_, sizeof what_, 0); });
  if (got < 0) raise_system(errno, "cannot read " + name_);
  if (got != static_cast<ssize_t>(sizeof what_)) {
    raise(errc::corrupt, "cannot open " + name_ +
                             ": it is not a Telar graph (it has " +
                             std::to_string(size) + " bytes).");
  }
  return size;
}

void segment::require_bounds() const {
  const auto refuse = [&](const char* why) {
    raise(errc::corrupt,
          "cannot open " + name_ + ": its bounds are " + why + " (I12).");
  };
  const detail::clocks& bounds = *clocks_;
  if (bounds.vertex_capacity > geometry_.max_vertices ||
      bounds.vertex_count > bounds.vertex_capacity ||
      bounds.bucket_count > geometry_.max_buckets ||
      bounds.extent_capacity > geometry_.max_extents ||
      bounds.version_capacity > geometry_.max_vertices ||
      bounds.snapshot_frontier > max_snapshots ||
      bounds.slot_capacity > max_slots || bounds.slot_capacity == 0) {
    refuse("beyond its size");
  }
  // What lies within is read, and a hole of a tmpfs would be filled by that.
  const std::uint64_t committed = graph_bytes();
  struct statfs system {};
  if (::fstatfs(file_.get(), &system) == 0 && system.f_type == TMPFS_MAGIC &&
      static_cast<std::uint64_t>(file_state(file_, name_).st_blocks) * 512 <
          committed) {
    refuse("beyond the memory that it has");
  }
}

void segment::require_whole() const {
  if (!file_) return;
  const auto size =
      static_cast<std::uint64_t>(file_state(file_, name_).st_size);
  if (size >= what_.reserve) return;
  raise(errc::corrupt, name_ + " was cut to " + std::to_string(size) + " of " +
                           std::to_string(what_.reserve) +
                           " bytes while it was open.");
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
