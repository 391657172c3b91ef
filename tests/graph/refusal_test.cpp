// What is no graph, or no longer one, is refused with the reason.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "segment/geometry.hpp"
#include "support/failure.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;
using detail::superblock;

namespace {

constexpr std::uint64_t reserve = 64u << 20;

void write_at(const std::filesystem::path& path, std::uint64_t offset,
              const void* bytes, std::size_t size) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  CHECK(::pwrite(fd, bytes, size, static_cast<off_t>(offset)) ==
        static_cast<ssize_t>(size));
  ::close(fd);
}

superblock first_page_of(const std::filesystem::path& path) {
  superblock block;
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.read(reinterpret_cast<char*>(&block), sizeof block));
  return block;
}

void make_graph(const placed& where) {
  auto g = graph::create(where, {.reserve = reserve});
  g.add_vertices(2);
  g.add_edge(0, 1);
}

/// How opening fails after `change`, with a checksum that is right again.
failure after_change(const placed& where,
                     const std::function<void(superblock&)>& change) {
  const superblock before = first_page_of(where.path());
  superblock block = before;
  change(block);
  block.checksum = detail::checksum(&block, offsetof(superblock, checksum));
  write_at(where.path(), 0, &block, sizeof block);
  const failure refused = failure_of([&] { return graph::open(where); });
  CHECK_THAT(refused.message, Contains(location(where).name()));
  write_at(where.path(), 0, &before, sizeof before);
  return refused;
}

}  // namespace

TEST_CASE("what is not a regular file of a graph is refused as such",
          "[graph][placement][error]") {
  const temporary_folder folder("foreign");
  const auto refused = [&](const char* name) {
    const std::string path = (folder.path() / name).string();
    const failure found = failure_of([&] { return graph::open(path); });
    INFO(found.message);
    CHECK(found.code == errc::corrupt);
    CHECK_THAT(found.message, Contains(path));
    return found.message;
  };
  const auto write_file = [&](const char* name, const std::string& text) {
    std::ofstream(folder.path() / name, std::ios::binary) << text;
  };

  write_file("empty", "");
  CHECK_THAT(refused("empty"), Contains("not a Telar graph"));
  write_file("short", "digraph { a -> b }");
  CHECK_THAT(refused("short"), Contains("not a Telar graph"));
  write_file("garbage", std::string(1 << 20, '\xa5'));
  CHECK_THAT(refused("garbage"), Contains("not a Telar graph"));
  write_file("zeros", std::string(1 << 20, '\0'));
  CHECK_THAT(refused("zeros"), Contains("not a Telar graph"));

  REQUIRE(::mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
  CHECK_THAT(refused("fifo"), Contains("not a regular file"));
  std::filesystem::create_directory(folder.path() / "folder");
  CHECK_THAT(refused("folder"), Contains("not a regular file"));
}

TEST_CASE("a graph is not opened through a symbolic link or a second name",
          "[graph][placement][error]") {
  const placed where(GENERATE(placement::shared, placement::file));
  make_graph(where);
  const placed link(placement::file);
  const auto refused = [&] {
    const failure found = failure_of([&] { return graph::open(link); });
    CHECK_THAT(found.message, Contains("regular file"));
    return found.code;
  };
  std::filesystem::create_symlink(where.path(), link.path());
  CHECK(refused() == errc::corrupt);
  CHECK(failure_of([&] { return graph::create(link); }).code == errc::exists);
  CHECK(graph::remove(link));
  CHECK(graph::open(where).edge_count() == 1);

  std::filesystem::create_symlink("/nowhere/at/all", link.path());
  CHECK(refused() == errc::corrupt);
  CHECK(failure_of([&] { return graph::create(link); }).code == errc::exists);
}

TEST_CASE("a file that was cut is refused", "[graph][placement][error]") {
  const placed where(GENERATE(placement::shared, placement::file));
  make_graph(where);
  const std::uint64_t size = GENERATE(reserve - 1, reserve / 2, 4096u, 100u);
  std::filesystem::resize_file(where.path(), size);
  const failure refused = failure_of([&] { return graph::open(where); });
  CHECK(refused.code == errc::corrupt);
  CHECK_THAT(refused.message, Contains(std::to_string(size) + " "));
}

TEST_CASE("a first page with any bit flipped is refused",
          "[graph][placement][error]") {
  const placed where(placement::shared);
  make_graph(where);
  superblock block = first_page_of(where.path());
  for (std::size_t i = 0; i < sizeof block; ++i) {
    auto& byte = reinterpret_cast<std::uint8_t*>(&block)[i];
    byte ^= static_cast<std::uint8_t>(1u << (i % 8));
    write_at(where.path(), i, &byte, 1);
    const errc code = failure_of([&] { return graph::open(where); }).code;
    byte ^= static_cast<std::uint8_t>(1u << (i % 8));
    write_at(where.path(), i, &byte, 1);
    INFO("byte " << i << ": " << code);
    REQUIRE((code == errc::corrupt || code == errc::incompatible));
  }
  CHECK(problems(graph::open(where)) == "");
}

TEST_CASE("a graph of another format, build, machine or boot is incompatible",
          "[graph][placement][error]") {
  const placed where(placement::file);
  make_graph(where);
  const failure version =
      after_change(where, [](superblock& block) { block.format_version = 7; });
  CHECK(version.code == errc::incompatible);
  CHECK_THAT(version.message, Contains("format 7"));

  const failure build =
      after_change(where, [](superblock& block) { block.fingerprint += 1; });
  CHECK(build.code == errc::incompatible);
  CHECK_THAT(build.message, Contains("layout"));

  const failure machine = after_change(
      where, [](superblock& block) { block.endianness = 0x04030201; });
  CHECK(machine.code == errc::incompatible);
  CHECK_THAT(machine.message, Contains("byte order"));

  const failure boot =
      after_change(where, [](superblock& block) { block.boot_id[0] = '_'; });
  CHECK(boot.code == errc::incompatible);
  CHECK_THAT(boot.message, Contains("restarted"));
}

TEST_CASE("a first page that says what no graph can be is refused",
          "[graph][placement][error]") {
  const placed where(placement::file);
  make_graph(where);
  const std::function<void(superblock&)> lies[] = {
      [](superblock& b) { b.reserve = 1 << 20; },
      [](superblock& b) { b.reserve = ~std::uint64_t{0}; },
      [](superblock& b) { b.reserve -= 1; },
      [](superblock& b) { b.reserve *= 2; },
      [](superblock& b) { b.kind = 3; },
      [](superblock& b) { b.parallel = 2; },
      [](superblock& b) { b.keys = 3; },
      [](superblock& b) { b.placement = 4; },
      [](superblock& b) { b.payload_size = 0x80000000u; },
      [](superblock& b) { b.payload_alignment = 0; },
      [](superblock& b) { b.payload_alignment = 3; },
      [](superblock& b) { b.payload_alignment = 64; },
      [](superblock& b) { std::memset(b.payload_name, 'x', 256); },
      [](superblock& b) { std::memset(b.boot_id, 'x', 40); },
  };
  for (const auto& lie : lies) {
    const failure refused = after_change(where, lie);
    INFO(refused.message);
    CHECK(refused.code == errc::corrupt);
  }
}

TEST_CASE("bounds beyond the segment are refused",
          "[graph][placement][error]") {
  const placed where(placement::file);
  make_graph(where);
  const std::size_t bounds[] = {
      offsetof(detail::clocks, vertex_count),
      offsetof(detail::clocks, vertex_capacity),
      offsetof(detail::clocks, bucket_count),
      offsetof(detail::clocks, extent_capacity),
      offsetof(detail::clocks, slot_capacity),
  };
  for (const std::size_t bound : bounds) {
    const std::uint32_t huge = 0x7fffffff;
    std::uint32_t before = 0;
    std::ifstream file(where.path(), std::ios::binary);
    file.seekg(static_cast<std::streamoff>(detail::clocks_offset + bound));
    REQUIRE(file.read(reinterpret_cast<char*>(&before), sizeof before));
    write_at(where.path(), detail::clocks_offset + bound, &huge, sizeof huge);
    const failure refused = failure_of([&] { return graph::open(where); });
    CHECK(refused.code == errc::corrupt);
    CHECK_THAT(refused.message, Contains("I12"));
    write_at(where.path(), detail::clocks_offset + bound, &before,
             sizeof before);
  }
  CHECK(problems(graph::open(where)) == "");
}
