// The feed of changes beside writers: threads, processes, and those killed.
#include <sched.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/changes.hpp>

#include "support/crew.hpp"
#include "support/follower.hpp"
#include "support/mirror.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"
#include "support/shared_words.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr vertex_id few = 24;

graph make(graph_kind kind, std::uint64_t changes, key_kind keys = {}) {
  auto g =
      graph::create(anonymous, {.kind = kind,
                                .payload = payload_type::of<std::uint64_t>(),
                                .keys = keys,
                                .reserve = 256u << 20,
                                .changes = changes});
  if (keys == key_kind::none) g.add_vertices(few);
  return g;
}

/// Any of these vertices; with keys, any of as many keys.
vertex_id any(graph& g, std::mt19937_64& engine) {
  if (g.keys() == key_kind::string) {
    return g.vertex("key " + std::to_string(engine() % few));
  }
  return static_cast<vertex_id>(engine() % g.vertex_count());
}

/// One change of any sort.  Somebody else may have removed a vertex of it.
void change_something(graph& g, std::mt19937_64& engine) try {
  const vertex_id u = any(g, engine);
  const vertex_id v = any(g, engine);
  switch (engine() % 64) {
    case 0:
      (void)g.remove_vertex(u);
      return;
    case 1:
      g.clear_vertex(u);
      return;
    case 2:
    case 3:
      // Never so few that nothing can be changed any more.
      if (g.keys() == key_kind::none &&
          (g.is_removed(u) || g.vertex_count() < 4 * few)) {
        g.add_vertex();
      }
      return;
    default:
      break;
  }
  if (engine() % 2 == 0) {
    g.add_edge(u, v, engine());
    return;
  }
  const auto found = g.find_edge(u, v);
  if (!found) return;
  switch (engine() % 4) {
    case 0:
      (void)g.set(*found, engine());
      return;
    case 1:
      (void)g.set_unversioned(*found, engine());
      return;
    default:
      (void)g.remove_edge(*found);
  }
} catch (const error& refused) {
  require(refused.code() == errc::bad_argument, refused.what());
}

}  // namespace

TEST_CASE("who follows several writers has the same graph in the end",
          "[changes][concurrent][process][model]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto keys = GENERATE(key_kind::none, key_kind::string);
  CAPTURE(crew_of, to_string(kind), to_string(keys));
  const seeded_random random;
  auto g = make(kind, 1 << 18, keys);
  crew team(crew_of, 4, [&](int worker) {
    if (worker == 3) {
      // Others begin with a snapshot at any moment, and soon keep up.
      for (int i = 0; i < 200; ++i) follower(g).follow();
      return;
    }
    auto engine = random.engine_for(worker);
    for (int i = 0; i < 15'000; ++i) {
      change_something(g, engine);
      if (i % 64 == 0) g.refresh();
    }
  });
  follower one(g);
  mirror all(g);
  auto from_first = g.changes(0);
  for (int i = 0; i < 300; ++i) one.follow();
  CHECK(team.finish());
  one.follow();
  CHECK(one.difference() == "");
  REQUIRE(all.follow(from_first));
  CHECK(all.difference(g) == "");
  CHECK(problems(g) == "");
}

TEST_CASE("who falls behind and begins anew has the same graph in the end",
          "[changes][concurrent][process]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  const seeded_random random;
  auto g = make(graph_kind::undirected, 100);
  crew team(crew_of, 2, [&](int worker) {
    auto engine = random.engine_for(worker);
    for (int i = 0; i < 10'000; ++i) {
      change_something(g, engine);
      if (i % 64 == 0) g.refresh();
    }
  });
  follower one(g);
  for (int i = 0; i < 2'000; ++i) one.follow();
  CHECK(team.finish());
  one.follow();
  CHECK(one.difference() == "");
  CHECK(problems(g) == "");
}

TEST_CASE("each change that was acknowledged is told, once, and in its order",
          "[changes][concurrent][process]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  auto g = make(graph_kind::directed, 1 << 14);
  constexpr std::uint64_t each = 3'000;
  crew team(crew_of, 4, [&](int worker) {
    const auto w = static_cast<vertex_id>(worker);
    // A vertex of its own, and one of all; the number says whose, and which.
    for (std::uint64_t i = 0; i < each; ++i) {
      g.add_edge(i % 2 == 0 ? w : 7, w, std::uint64_t{w} << 32 | i);
    }
  });
  CHECK(team.finish());
  auto feed = g.changes(1);
  std::uint64_t told[4] = {};
  for (change c; feed.next(c) == feed_outcome::change;) {
    REQUIRE(c.kind == change_kind::add_edge);
    const auto number = c.payload<std::uint64_t>();
    REQUIRE((number & 0xffffffffu) == told[number >> 32]++);
  }
  for (const std::uint64_t count : told) CHECK(count == each);
  CHECK(problems(g) == "");
}

TEST_CASE(
    "writers who are killed leave no hole in the feed, and no change twice",
    "[changes][process][crash]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto keys = GENERATE(key_kind::none, key_kind::string);
  CAPTURE(to_string(kind), to_string(keys));
  seeded_random random;
  auto g = make(kind, 1 << 18, keys);
  // However slow those are who follow: writers do not get further ahead.
  constexpr std::int64_t ahead = 1 << 17;
  shared_words words;
  shared_words::word& allowed = words[0];
  allowed = ahead;
  const auto writer = [&](std::uint64_t seed) {
    return start_process([&g, &allowed, seed] {
      std::mt19937_64 engine(seed);
      for (unsigned i = 0;; ++i) {
        while (static_cast<std::int64_t>(g.last_change()) > allowed) {
          ::sched_yield();
        }
        change_something(g, engine);
        if (i % 64 == 0) g.refresh();
      }
      return 0;
    });
  };
  std::vector<process> writers;
  for (int i = 0; i < 3; ++i) writers.push_back(writer(random()));
  follower one(g);
  mirror all(g);
  auto from_first = g.changes(0);
  for (int kill = 0; kill < 60; ++kill) {
    const std::uint64_t until = g.last_change() + random.below(400);
    while (g.last_change() < until) one.follow();
    process& victim = writers[random.below(writers.size())];
    victim.send(SIGKILL);
    CHECK(wait_for(victim) == -SIGKILL);
    victim = writer(random());
    REQUIRE(all.follow(from_first));
    allowed = static_cast<std::int64_t>(g.last_change()) + ahead;
  }
  for (process& each : writers) {
    each.send(SIGKILL);
    CHECK(wait_for(each) == -SIGKILL);
  }
  g.recover();
  one.follow();
  CHECK(one.difference() == "");
  REQUIRE(all.follow(from_first));
  CHECK(all.difference(g) == "");
  CHECK(problems(g) == "");
}
