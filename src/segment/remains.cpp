// Reading what cannot be trusted.
#include "segment/remains.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "error/raise.hpp"
#include "segment/superblock.hpp"

namespace telar::detail {
namespace {

/// Read-only, so that nothing we do can reach the file.
class read_mapping : public mapping {
 public:
  read_mapping(void* address, std::uint64_t size) : mapping(address, size) {}
  ~read_mapping() override { ::munmap(address(), size()); }
};

descriptor open_to_read(const location& where) {
  const int fd = ::open(path_of(where).c_str(),
                        O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd >= 0) return descriptor(fd);
  if (errno == ENOENT || errno == ENOTDIR) {
    raise(errc::not_found, "there is no graph " + where.name() + ".");
  }
  raise_system(errno, "cannot read " + where.name());
}

}  // namespace

remains::remains(const location& where) : file_(open_to_read(where)) {
  struct stat state {};
  if (::fstat(file_.get(), &state) != 0) raise_system(errno, "cannot stat");
  size_ = static_cast<std::uint64_t>(state.st_size);
  if (!S_ISREG(state.st_mode) ||
      ::pread(file_.get(), &what_, sizeof what_, 0) !=
          static_cast<ssize_t>(sizeof what_)) {
    raise(errc::corrupt,
          "cannot read " + where.name() + ": it is not a Telar graph.");
  }
  understand(where.name());
  geometry_ = divide(what_.reserve, feed_bytes(what_));
  size_ = std::min(size_, what_.reserve);
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file_.get(), 0);
  if (address == MAP_FAILED) raise_system(errno, "cannot map " + where.name());
  bytes_ = std::make_shared<read_mapping>(address, size_);
  find_data();
}

/// If the first page is damaged, looks for the one bit that is wrong: the
/// checksum tells.  What else it says must be possible all the same.
void remains::understand(const std::string& name) {
  const auto is_whole = [&] {
    return what_.checksum == checksum(&what_, offsetof(superblock, checksum));
  };
  auto* bytes = reinterpret_cast<std::uint8_t*>(&what_);
  for (std::size_t bit = 0; !is_whole() && bit < 8 * sizeof what_; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1u << bit % 8);
    bytes[bit / 8] ^= mask;
    if (is_whole()) {
      mended_ = "Bit " + std::to_string(bit % 8) + " of byte " +
                std::to_string(bit / 8) + " of its first page was wrong.";
    } else {
      bytes[bit / 8] ^= mask;
    }
  }
  // A file that was cut still has a beginning.
  validate(what_, std::max(size_, what_.reserve), name);
}

void remains::find_data() {
  std::uint64_t end = 0;
  while (end < size_) {
    const off_t begin =
        ::lseek(file_.get(), static_cast<off_t>(end), SEEK_DATA);
    if (begin < 0) {
      // ENXIO: no more.  Else the file system does not tell: it may be any.
      if (errno != ENXIO) data_.emplace_back(end, size_);
      return;
    }
    const off_t stop = ::lseek(file_.get(), begin, SEEK_HOLE);
    if (stop < 0) return;
    end = std::min(static_cast<std::uint64_t>(stop), size_);
    if (static_cast<std::uint64_t>(begin) < end) {
      data_.emplace_back(static_cast<std::uint64_t>(begin), end);
    }
  }
}

std::uint64_t remains::held_from(std::uint64_t offset) const {
  const auto after = std::ranges::upper_bound(
      data_, offset, {}, &std::pair<std::uint64_t, std::uint64_t>::first);
  if (after == data_.begin()) return 0;
  const std::uint64_t end = std::prev(after)->second;
  return offset < end ? end - offset : 0;
}

std::uint64_t remains::vertices() const {
  const std::uint64_t said =
      word(clocks_offset + offsetof(clocks, vertex_count));
  const std::uint64_t capacity =
      word(clocks_offset + offsetof(clocks, vertex_capacity));
  const std::uint64_t bytes = std::min(size_, geometry_.in_words);
  // Headers that nobody has written are no data; but what is said of them can
  // be no more than the file takes on its disk, or in memory.
  struct stat state {};
  ::fstat(file_.get(), &state);
  const auto taken = static_cast<std::uint64_t>(state.st_blocks) * 512;
  if (said <= capacity && capacity <= geometry_.max_vertices &&
      capacity * sizeof(vertex_header) <= taken) {
    return said;
  }
  std::uint64_t last = geometry_.vertices;
  for (const auto& [begin, end] : data_) {
    if (begin < bytes && end > geometry_.vertices) last = std::min(end, bytes);
  }
  std::uint64_t count = (last - geometry_.vertices) / sizeof(vertex_header);
  const auto is_empty = [&](std::uint64_t v) {
    return word(geometry_.vertices + v * sizeof(vertex_header) +
                offsetof(vertex_header, word)) == 0;
  };
  while (count > 0 && is_empty(count - 1)) --count;
  return std::min(count, geometry_.max_vertices);
}

}  // namespace telar::detail
