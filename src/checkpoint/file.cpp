// Opening and reading a checkpoint's file.
#include "checkpoint/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "error/raise.hpp"
#include "keys/key.hpp"
#include "segment/beyond_standard.hpp"
#include "segment/retry.hpp"

namespace telar::detail {
namespace {

descriptor open_to_read(const std::string& path) {
  // O_NONBLOCK: a FIFO under this name must not hold us up.
  const int fd = beyond_standard(uninterrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }));
  if (fd >= 0) return descriptor(fd);
  if (errno == ENOENT || errno == ENOTDIR) {
    raise(errc::not_found, "there is no checkpoint " + path + ".");
  }
  raise_system(errno, "cannot open the checkpoint " + path);
}

std::uint64_t size_of(const descriptor& file, const std::string& path) {
  struct stat state {};
  if (::fstat(file.get(), &state) != 0) {
    raise_system(errno, "cannot look at " + path);
  }
  if (!S_ISREG(state.st_mode)) {
    raise(errc::corrupt, "cannot open " + path + ": it is not a regular file.");
  }
  return static_cast<std::uint64_t>(state.st_size);
}

}  // namespace

checkpoint_file::checkpoint_file(std::string path) : path_(std::move(path)) {
  const descriptor file = open_to_read(path_);
  const std::uint64_t size = size_of(file, path_);
  const ssize_t got = uninterrupted(
      [&] { return ::pread(file.get(), &header_, sizeof header_, 0); });
  if (got < 0) raise_system(errno, "cannot read " + path_);
  if (got >= static_cast<ssize_t>(sizeof checkpoint_magic) &&
      got < static_cast<ssize_t>(sizeof header_) &&
      has_checkpoint_magic(&header_)) {
    raise(errc::corrupt, "cannot open " + path_ + ": it was cut to " +
                             std::to_string(size) +
                             " bytes, less than a header.");
  }
  validate(header_, size, path_);
  payload_ = {header_.payload_size, header_.payload_alignment,
              header_.payload_name};
  void* const mapped =
      ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED) raise_system(errno, "cannot map " + path_);
  bytes_ = static_cast<const std::byte*>(mapped);
}

checkpoint_file::~checkpoint_file() {
  ::munmap(const_cast<std::byte*>(bytes_), header_.file_bytes);
}

mapped_lists checkpoint_file::lists(bool in) const noexcept {
  if (in) {
    return {section<std::uint64_t>(in_offsets), section<vertex_id>(in_targets),
            section(in_payloads), header_.in_entries};
  }
  return {section<std::uint64_t>(out_offsets), section<vertex_id>(out_targets),
          section(out_payloads), header_.out_entries};
}

std::string_view checkpoint_file::key(vertex_id v) const {
  const char* const all = section<char>(key_bytes);
  constexpr std::uint64_t number = sizeof(std::uint64_t);
  if (header_.keys == static_cast<std::uint32_t>(key_kind::u64)) {
    return {all + v * number, number};
  }
  constexpr std::uint64_t longest = 65'535;
  const std::uint64_t begin = section<std::uint64_t>(key_offsets)[v];
  const std::uint64_t end =
      section<std::uint64_t>(key_offsets)[v + std::uint64_t{1}];
  if (begin > end || end > header_.sections[key_bytes].bytes ||
      end - begin > longest) {
    fail("the key of vertex " + std::to_string(v) + " is not where it says.");
  }
  return {all + begin, end - begin};
}

std::optional<vertex_id> checkpoint_file::find(std::string_view wanted) const {
  const std::uint64_t slots = header_.key_slots;
  const auto* const all = section<std::uint32_t>(key_slots);
  std::uint64_t at = detail::key(wanted, header_.key_seed).hash;
  for (std::uint64_t i = 0; i < slots; ++i, ++at) {
    const std::uint32_t taken = all[at & (slots - 1)];
    if (taken == 0) return std::nullopt;
    if (taken > header_.vertices) {
      fail("its key table names a vertex that does not exist.");
    }
    if (key(taken - 1) == wanted) return taken - 1;
  }
  return std::nullopt;
}

bool checkpoint_file::is_removed(vertex_id v) const noexcept {
  const auto* const ids = section<vertex_id>(removed_ids);
  return std::binary_search(ids, ids + header_.removed, v);
}

void checkpoint_file::fail(const std::string& why) const {
  raise(errc::corrupt,
        path_ + ": " + why + "  Use another copy, or an older checkpoint.");
}

}  // namespace telar::detail
