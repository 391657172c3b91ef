// tests/support/first_page.hpp: the bytes of a segment's file, as somebody else
// would change them.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>

#include <catch2/catch.hpp>

#include "segment/geometry.hpp"

namespace telar::test {

inline void write_at(const std::filesystem::path& path, std::uint64_t offset,
                     const void* bytes, std::size_t size) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  CHECK(::pwrite(fd, bytes, size, static_cast<off_t>(offset)) ==
        static_cast<ssize_t>(size));
  ::close(fd);
}

inline void read_at(const std::filesystem::path& path, std::uint64_t offset,
                    void* bytes, std::size_t size) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  CHECK(::pread(fd, bytes, size, static_cast<off_t>(offset)) ==
        static_cast<ssize_t>(size));
  ::close(fd);
}

inline detail::superblock first_page_of(const std::filesystem::path& path) {
  detail::superblock block;
  read_at(path, 0, &block, sizeof block);
  return block;
}

/// Writes it with a checksum that is right.
inline void write_first_page(const std::filesystem::path& path,
                             detail::superblock block) {
  block.checksum =
      detail::checksum(&block, offsetof(detail::superblock, checksum));
  write_at(path, 0, &block, sizeof block);
}

/// As if the machine had been restarted since.
inline void pretend_restart(const std::filesystem::path& path) {
  detail::superblock block = first_page_of(path);
  block.boot_id[0] = block.boot_id[0] == '_' ? '-' : '_';
  write_first_page(path, block);
}

}  // namespace telar::test
