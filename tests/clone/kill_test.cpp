// Killed at random instants while they clone, save and restore a graph that
// others are writing.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include <catch2/catch.hpp>

#include <telar/checkpoint.hpp>
#include <telar/snapshot.hpp>

#include "clone/writing.hpp"
#include "support/crew.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr int kills = 20;
#else
constexpr int kills = 150;
#endif
constexpr std::uint64_t reserve = 64u << 20;
constexpr std::uint64_t isolated_vertices =
    20'000;  // So that it takes a while.

/// Whether it is there; then it is whole.
bool is_there(const location& where) {
  try {
    const auto found = graph::open(where);
    require(problems(found).empty(), "it is there, but not sound");
    require(found.vertex_count() >= isolated_vertices, "it is not all there");
    return true;
  } catch (const error& absent) {
    require(absent.code() == errc::not_found, absent.what());
    return false;
  }
}

}  // namespace

TEST_CASE(
    "whoever is killed while he clones, saves or restores a graph leaves "
    "all of it, or nothing",
    "[clone][process][crash]") {
  seeded_random random;
  const temporary_folder folder("kill");
  const segment_name name("kill");
  const std::string path = (folder.path() / "saved").string();
  const location file((folder.path() / "graph").string());
  auto g = graph::create(
      anonymous, {.payload = payload_type::of<written>(), .reserve = reserve});
  fill<written>(g, random);
  g.add_vertices(isolated_vertices);
  g.checkpoint(path);
  shared_words look;
  crew writers(crew_kind::processes, 2, [&](int worker) {
    write_until_told(g, random.engine_for(worker), look[0]);
  });
  int made = 0;
  for (int i = 0; i < kills; ++i) {
    look[0].store(i);
    process victim = start_process([&] {
      for (;;) {
        g.checkpoint(path);
        for (const location& where : {location(name), file}) {
          (void)g.clone(where, {.reserve = reserve});
          graph::remove(where);
          (void)checkpoint::open(path).restore(where, {.reserve = reserve});
          graph::remove(where);
        }
      }
      return 0;
    });
    ::usleep(static_cast<useconds_t>(random.below(30'000)));
    victim.send(SIGKILL);
    REQUIRE(victim.wait() == -SIGKILL);

    REQUIRE_NOTHROW(checkpoint::open(path).verify());
    for (const location& where : {location(name), file}) {
      if (!is_there(where)) continue;
      ++made;
      graph::remove(where);
    }
    // A checkpoint that has two names at that moment the next one tidies up.
    REQUIRE(files_in(folder.path()) <= 2);
  }
  look[0].store(-1);
  CHECK(writers.finish());
  g.checkpoint(path);
  CHECK(files_in(folder.path()) == 1);
  g.recover();
  CHECK(problems(g) == "");
  std::printf("%d kills, %d graphs that were there\n", kills, made);
}
