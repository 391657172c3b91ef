// Whose a snapshot is, and when it ends.
#include <atomic>
#include <csignal>
#include <optional>
#include <thread>

#include <unistd.h>

#include <catch2/catch.hpp>

#include <telar/snapshot.hpp>

#include "graph/core.hpp"
#include "participant/live_snapshots.hpp"
#include "support/failure.hpp"
#include "support/held_vertex.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/shared_words.hpp"

using namespace telar;
using namespace telar::test;

namespace {

graph two_vertices(const location& where) {
  auto g = graph::create(where, {.reserve = 64u << 20});
  g.add_vertices(2);
  g.add_edge(0, 1);
  return g;
}

unsigned live(const graph& g) {
  unsigned count = 0;
  detail::for_each_snapshot(
      detail::core::of(g).memory, [&] { count = 0; },
      [&](std::uint32_t, std::uint32_t) { ++count; });
  return count;
}

}  // namespace

TEST_CASE("a snapshot ends with its last copy", "[snapshot]") {
  auto g = two_vertices(anonymous);
  std::optional<snapshot> first = g.snapshot();
  std::optional<snapshot> copy = first;
  CHECK(first->epoch() + 1 == g.snapshot().epoch());
  CHECK(live(g) == 1);
  first.reset();
  CHECK(live(g) == 1);
  g.add_edge(0, 1);
  CHECK(copy->degree(0) == 1);
  copy.reset();
  CHECK(live(g) == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("a snapshot outlives the thread that took it, and the handle",
          "[snapshot][concurrent]") {
  std::optional<graph> g = two_vertices(anonymous);
  std::optional<snapshot> then;
  std::thread([&] { then = g->snapshot(); }).join();
  g->add_edge(0, 1);
  g->add_edge(0, 0);
  CHECK(g->recover() == 0);
  CHECK(live(*g) == 1);
  CHECK(then->degree(0) == 1);
  g.reset();
  CHECK(then->degree(0) == 1);
  CHECK(then->edge_count() == 1);
}

TEST_CASE("the snapshots of a killed process are given back by themselves",
          "[snapshot][process][crash]") {
  auto g = two_vertices(anonymous);
  const bool by_ended_thread = GENERATE(false, true);
  CAPTURE(by_ended_thread);
  process child = start_process([&] {
    std::optional<snapshot> held[3];
    const auto take = [&] {
      for (auto& each : held) each = g.snapshot();
    };
    if (by_ended_thread) {
      std::thread(take).join();
    } else {
      take();
    }
    return ::raise(SIGKILL);
  });
  CHECK(wait_for(child) == -SIGKILL);
  CHECK(live(g) == 3);
  g.recover();
  CHECK(live(g) == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("a forked child goes on with its parent's snapshot",
          "[snapshot][process]") {
  const placed where(
      GENERATE(placement::anonymous, placement::shared, placement::isolated));
  auto g = two_vertices(where);
  std::optional<snapshot> then = g.snapshot();
  g.add_edge(0, 1);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  process child = start_process([&] {
    require(then->degree(0) == 1, "the child sees another snapshot");
    char word = 0;
    require(::read(ends[0], &word, 1) == 1, "the parent is gone");
    g.add_edge(0, 1);
    for (int i = 0; i < 100; ++i) g.add_edge(1, 1);
    require(then->degree(0) == 1 && then->degree(1) == 1,
            "the child's hold did not hold");
    then.reset();
    require(live(g) == 0, "the child's hold was not given back");
    return 0;
  });
  // Until it has its own hold; an isolated child's is not to be seen.
  while (g.placement() != placement::isolated && live(g) < 2) {
    std::this_thread::yield();
  }
  then.reset();
  REQUIRE(::write(ends[1], "x", 1) == 1);
  CHECK(wait_for(child) == 0);
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(live(g) == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("a child is told when its parent has given the snapshot back",
          "[snapshot][process]") {
  auto g = two_vertices(anonymous);
  std::optional<snapshot> then = g.snapshot();
  shared_words given;
  process child = start_process([&] {
    while (given[0].load() == 0) std::this_thread::yield();
    const auto told = failure_of([&] { return then->degree(0); });
    require(told.code == errc::expired, told.message.c_str());
    return 0;
  });
  then.reset();
  given[0].store(1);
  CHECK(wait_for(child) == 0);
  CHECK(live(g) == 0);
}

TEST_CASE("a snapshot waits for a change, and names who does not end it",
          "[snapshot][process]") {
  auto g = two_vertices(anonymous);
  g.set_wait({.limit = std::chrono::milliseconds(50)});
  shared_words held;
  process child = start_process([&] {
    const held_vertices both(g, 0, 1);
    held[0].store(1);
    for (;;) ::pause();
    return 0;
  });
  while (held[0].load() == 0) std::this_thread::yield();
  const auto told = failure_of([&] { return g.snapshot(); });
  CHECK(told.code == errc::timed_out);
  CHECK(told.message.find(std::to_string(child.pid())) != std::string::npos);
  CHECK(live(g) == 0);
  child.send(SIGKILL);
  CHECK(wait_for(child) == -SIGKILL);
  const auto then = g.snapshot();
  CHECK(then.edge_count() == 1);
}

TEST_CASE("the last epoch is refused, not wrapped", "[snapshot]") {
  auto g = two_vertices(anonymous);
  detail::core::of(g).memory.clocks().epoch.store(detail::max_epoch - 1);
  {
    const auto last = g.snapshot();
    g.add_edge(0, 1);
    CHECK(last.degree(0) == 1);
    CHECK(failure_of([&] { return g.snapshot(); }).code == errc::no_space);
    CHECK(last.degree(0) == 1);
  }
  g.add_edge(0, 1);
  CHECK(g.degree(0) == 3);
  CHECK(problems(g) == "");
}

TEST_CASE("a thousand snapshots may live at once, and one more is refused",
          "[snapshot]") {
  auto g = two_vertices(anonymous);
  std::vector<snapshot> all;
  for (std::uint32_t i = 0; i < detail::max_snapshots; ++i) {
    all.push_back(g.snapshot());
    g.add_edge(0, 1);
  }
  CHECK(failure_of([&] { return g.snapshot(); }).code == errc::no_space);
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    REQUIRE(all[i].degree(0) == i + 1);
    REQUIRE(all[i].edge_count() == i + 1);
  }
  all.clear();
  CHECK(live(g) == 0);
  CHECK(problems(g) == "");
}
