// A file system that is full: no_space, never a signal.  Each test works in a
// child that has a tiny file system mounted for itself alone.
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/crew.hpp"
#include "support/memory.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/segment_name.hpp"
#include "support/tiny.hpp"

using namespace telar;
using namespace telar::test;

namespace {

const graph_options large{.reserve = 256u << 20};

void require_in(const std::string& text, const char* part) {
  if (text.find(part) == std::string::npos) {
    throw std::runtime_error("no \"" + std::string(part) + "\" in: " + text);
  }
}

void require_sound(const graph& g) {
  const std::string found = problems(g);
  if (!found.empty()) throw std::runtime_error(found);
}

void write_ballast(const std::filesystem::path& path, off_t bytes) {
  const int fd = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  require(fd >= 0 && ::fallocate(fd, 0, 0, bytes) == 0, "the ballast");
  ::close(fd);
}

}  // namespace

TEST_CASE(
    "in a full file system a graph refuses to grow, and grows when there "
    "is room again",
    "[segment][full][process]") {
  const temporary_folder folder("tiny");
  run_in_tiny(folder.path(), "size=2m", [&] {
    write_ballast(folder.path() / "ballast", 1 << 20);
    const std::string path = (folder.path() / "graph").string();
    auto g = graph::create(path, large);
    g.add_vertices(100);
    const std::string message = insert_until_full(g);
    require_in(message, path.c_str());
    require_in(message, "file system is full");
    require_sound(g);

    // Whoever comes now can read, and learn that there is no room.
    auto other = graph::open(path);
    require(other.edge_count() == g.edge_count(), "the other's count");
    (void)insert_until_full(other);
    (void)add_vertices_until_full(other, 1000);

    const std::uint64_t before = g.edge_count();
    std::filesystem::remove(folder.path() / "ballast");
    (void)insert_until_full(g);
    require(g.edge_count() > before + 10'000, "it did not grow again");
    require_sound(g);
  });
}

TEST_CASE(
    "a full /dev/shm is an error that names --shm-size and the file "
    "placement",
    "[segment][full][process][error]") {
  const segment_name name("tiny");
  const bool named = GENERATE(true, false);
  run_in_tiny("/dev/shm", "size=1m", [&] {
    const location where = named ? location(name) : location(anonymous);
    auto g = graph::create(where, large);
    g.add_vertices(100);
    const std::string message = insert_until_full(g);
    require_in(message, g.name().c_str());
    require_in(message, "/dev/shm is full");
    require_in(message, "--shm-size");
    require_in(message, "file");
    require_sound(g);
  });
}

TEST_CASE("in a full file system no graph is created, and nothing is left",
          "[segment][full][process][error]") {
  const temporary_folder folder("tiny");
  run_in_tiny(folder.path(), "size=64k", [&] {
    write_ballast(folder.path() / "ballast", 48 << 10);
    const std::string path = (folder.path() / "graph").string();
    const failure found =
        failure_of([&] { return graph::create(path, large); });
    require(found.code == errc::no_space, found.message.c_str());
    require_in(found.message, path.c_str());
    for (const auto& entry :
         std::filesystem::directory_iterator(folder.path())) {
      require(entry.path().filename() == "ballast", "something was left");
    }
  });
}

TEST_CASE("keys in a full file system are whole or absent",
          "[segment][full][process]") {
  const temporary_folder folder("tiny");
  run_in_tiny(folder.path(), "size=1m", [&] {
    auto g = graph::create((folder.path() / "graph").string(),
                           {.keys = key_kind::string, .reserve = 256u << 20});
    failure found;
    while (found.code == errc{}) {
      const std::string key = std::to_string(g.vertex_count());
      found = failure_of([&] { return g.vertex(key); });
    }
    require(found.code == errc::no_space, found.message.c_str());
    const std::uint64_t keys = g.vertex_count();
    for (std::uint64_t i = 0; i < keys; ++i) {
      require(g.find(std::to_string(i)) == i, "a key is lost");
    }
    require(!g.find(std::to_string(keys)), "the refused key is there");
    require_sound(g);
  });
}

TEST_CASE("several processes fill a file system together, and none is struck",
          "[segment][full][process]") {
  const temporary_folder folder("tiny");
  run_in_tiny(folder.path(), "size=4m", [&] {
    const std::string path = (folder.path() / "graph").string();
    auto g = graph::create(path, large);
    g.add_vertices(1000);
    crew all(crew_kind::processes, 4, [&](int worker) {
      auto mine = graph::open(path);
      for (vertex_id i = 0;; ++i) {
        const auto u = (i * 7919 + vertex_id(worker) * 13) % 1000;
        const failure found =
            failure_of([&] { return mine.add_edge(u, i % 1000); });
        if (found.code == errc{}) continue;
        require(found.code == errc::no_space, found.message.c_str());
        return;
      }
    });
    require(all.finish(), "a process failed");
    require(g.edge_count() > 10'000, "it did not grow");
    require_sound(g);
  });
}
