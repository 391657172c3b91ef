// tests/hostile/image.hpp: a segment's file that can be put back as it was,
// some ten thousand times a second.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "hostile/seeds.hpp"
#include "segment/geometry.hpp"
#include "support/process.hpp"

namespace telar::test {

class image {
 public:
  /// Keeps the committed bytes of a file, as they are.
  image(const std::filesystem::path& path, std::vector<range> committed)
      : path_(path), ranges_(std::move(committed)) {
    open();
    for (const range& r : ranges_) {
      bytes_.emplace_back(r.size);
      require(
          ::pread(fd_, bytes_.back().data(), r.size,
                  static_cast<off_t>(r.offset)) == static_cast<ssize_t>(r.size),
          "a seed cannot be read");
    }
    state_ = state();
  }
  ~image() { ::close(fd_); }
  image(const image&) = delete;

  /// A forked process wants a descriptor of its own: what a process holds is
  /// held by its copies of the descriptor, too.
  void open() {
    fd_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
    require(fd_ >= 0, "a seed cannot be opened");
  }

  /// Puts everything back, and flips one bit; of the first page also with a
  /// checksum that is right again.
  void flip(std::uint64_t offset, unsigned bit, bool mend_checksum) {
    restore();
    const auto index = index_of(offset);
    auto byte = std::to_integer<unsigned>(
        bytes_[index][offset - ranges_[index].offset]);
    byte ^= 1u << bit;
    write(&byte, 1, offset);
    if (mend_checksum) this->mend_checksum();
  }

  void restore() {
    // Something was committed: as if it had never been.
    const struct stat now = state();
    if (now.st_blocks != state_.st_blocks || now.st_size != state_.st_size) {
      require(::ftruncate(fd_, 0) == 0 && ::ftruncate(fd_, state_.st_size) == 0,
              "a seed cannot be cut");
    }
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
      write(bytes_[i].data(), ranges_[i].size, ranges_[i].offset);
    }
  }

  void write(const void* bytes, std::size_t size, std::uint64_t offset) {
    require(::pwrite(fd_, bytes, size, static_cast<off_t>(offset)) ==
                static_cast<ssize_t>(size),
            "a seed cannot be written");
  }

  void mend_checksum() {
    detail::superblock block;
    require(::pread(fd_, &block, sizeof block, 0) ==
                static_cast<ssize_t>(sizeof block),
            "a seed cannot be read");
    block.checksum =
        detail::checksum(&block, offsetof(detail::superblock, checksum));
    write(&block, sizeof block, 0);
  }

 private:
  [[nodiscard]] struct stat state() const {
    struct stat now {};
    require(::fstat(fd_, &now) == 0, "a seed cannot be looked at");
    return now;
  }
  [[nodiscard]] std::size_t index_of(std::uint64_t offset) const {
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
      if (offset - ranges_[i].offset < ranges_[i].size) return i;
    }
    throw std::runtime_error("an offset that is not committed");
  }

  std::filesystem::path path_;
  std::vector<range> ranges_;
  std::vector<std::vector<std::byte>> bytes_;
  struct stat state_ {};
  int fd_ = -1;
};

}  // namespace telar::test
