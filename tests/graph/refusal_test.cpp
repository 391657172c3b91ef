// What is no graph, or no longer one, is refused with the reason.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
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
#include "support/first_page.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;
using detail::superblock;

namespace {

constexpr std::uint64_t reserve = 64u << 20;

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
  write_first_page(where.path(), block);
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
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
  (folder.path() / "socket")
      .string()
      .copy(name.sun_path, sizeof name.sun_path - 1);
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&name), sizeof name) ==
          0);
  CHECK_THAT(refused("socket"), Contains("not a regular file"));
  ::close(listener);
  std::filesystem::copy_file("/proc/self/exe", folder.path() / "program");
  CHECK_THAT(refused("program"), Contains("not a Telar graph"));
  CHECK(failure_of([&] { return graph::open("/dev/null"); }).code ==
        errc::corrupt);
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
  CHECK(graph::remove(link));

  const placed file(placement::file);
  make_graph(file);
  std::filesystem::create_hard_link(file.path(), link.path());
  CHECK(refused() == errc::corrupt);
  CHECK(failure_of([&] { return graph::open(file); }).code == errc::corrupt);
  CHECK(graph::remove(link));
  CHECK(graph::open(file).edge_count() == 1);
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

  const failure boot = after_change(where, [](superblock& block) {
    block.placement = static_cast<std::uint32_t>(placement::shared);
    block.boot_id[0] = '_';
  });
  CHECK(boot.code == errc::incompatible);
  CHECK_THAT(boot.message, Contains("restarted"));

  const failure unsaid = after_change(
      where, [](superblock& block) { std::memset(block.boot_id, 0, 40); });
  CHECK(unsaid.code == errc::incompatible);
}

TEST_CASE("a graph of another payload type is incompatible",
          "[graph][placement][error]") {
  const placed where(placement::file);
  struct parcel {
    double weight;
    float size[2];
  };
  (void)graph::create(
      where, {.payload = payload_type::of<double>(), .reserve = reserve});
  const failure other = failure_of([&] {
    return graph::open(where, {.payload = payload_type::of<parcel>()});
  });
  CHECK(other.code == errc::incompatible);
  CHECK_THAT(other.message, Contains("f64 of 8 bytes") &&
                                Contains("of 16 bytes") &&
                                Contains(location(where).name()));
  CHECK(graph::open(where, {.payload = payload_type::of<double>()})
            .edge_count() == 0);
}

TEST_CASE("a graph of a user who is not trusted is refused",
          "[graph][placement][process][error]") {
  if (::geteuid() != 0) skip("only root can give a file to somebody else");
  const placed where(GENERATE(placement::shared, placement::file));
  constexpr uid_t alice = 54321;
  constexpr uid_t bob = 54322;
  make_graph(where);
  REQUIRE(::chmod(where.path().c_str(), 0666) == 0);
  const auto code_for = [&](uid_t user, const char* trust) {
    process child = start_process([&] {
      require(::setuid(user) == 0, "cannot become another user");
      if (trust) ::setenv("TELAR_TRUST", trust, 1);
      const failure found = failure_of([&] { return graph::open(where); });
      const bool named =
          found.message.find("TELAR_TRUST=54321") != std::string::npos;
      require(named == (found.code == errc::system), found.message.c_str());
      return static_cast<int>(found.code);
    });
    return static_cast<errc>(child.wait());
  };
  // Root can do anything anyway.
  CHECK(code_for(bob, nullptr) == errc{});
  REQUIRE(::chown(where.path().c_str(), alice, alice) == 0);
  CHECK(code_for(alice, nullptr) == errc{});
  CHECK(code_for(bob, nullptr) == errc::system);
  CHECK(code_for(0, nullptr) == errc::system);
  CHECK(code_for(bob, "54321") == errc{});
  CHECK(code_for(bob, "1,54321,2") == errc{});
  CHECK(code_for(bob, "*") == errc{});
  CHECK(code_for(bob, "5432,543210,,") == errc::system);
}

TEST_CASE("a segment that is cut while it is open is an error of the check",
          "[graph][placement][process][error]") {
  const placed where(GENERATE(placement::shared, placement::file));
  const std::uint64_t left = GENERATE(0u, 4096u, reserve - 1);
  make_graph(where);
  process child = start_process([&] {
    const graph g = graph::open(where);
    std::filesystem::resize_file(where.path(), left);
    const failure found = failure_of([&] { return g.check(); });
    require(found.code == errc::corrupt, found.message.c_str());
    require(found.message.find("was cut to " + std::to_string(left)) !=
                std::string::npos,
            found.message.c_str());
    return 0;
  });
  CHECK(child.wait() == 0);
}

TEST_CASE("bounds beyond the memory that a segment has are refused",
          "[graph][placement][error]") {
  const placed where(placement::shared);
  make_graph(where);
  // Within the geometry, and all zeros: to look there would take memory.
  const std::uint64_t many = 1 << 18;
  write_at(where.path(),
           detail::clocks_offset + offsetof(detail::clocks, vertex_capacity),
           &many, sizeof many);
  const failure refused = failure_of([&] { return graph::open(where); });
  CHECK(refused.code == errc::corrupt);
  CHECK_THAT(refused.message, Contains("I12"));
}

TEST_CASE("a lock of another kind is found, and never operated",
          "[graph][placement][error]") {
  const placed where(placement::file);
  make_graph(where);
  detail::slot& first = *reinterpret_cast<detail::slot*>(detail::slots_offset);
  const auto offset =
      reinterpret_cast<std::uint64_t>(&first.life.__data.__kind);
  for (int bit = 0; bit < 32; ++bit) {
    int kind = 0;
    read_at(where.path(), offset, &kind, sizeof kind);
    const int damaged = kind ^ static_cast<int>(1u << bit);
    write_at(where.path(), offset, &damaged, sizeof damaged);
    {
      auto g = graph::open(where);
      const auto found = failure_of([&] { return g.add_edge(0, 1); });
      CHECK(found.code == errc::corrupt);
      CHECK_THAT(problems(g), Contains("(I16)"));
    }
    write_at(where.path(), offset, &kind, sizeof kind);
  }
  CHECK(problems(graph::open(where)) == "");
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
