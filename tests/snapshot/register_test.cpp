// The register of snapshots: who waits for whom, and whose entries are taken.
#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/snapshot.hpp>

#include "graph/core.hpp"
#include "participant/intent.hpp"
#include "participant/snapshots.hpp"
#include "support/failure.hpp"
#include "support/held_vertex.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;
using Catch::Contains;
using detail::core;

namespace {

graph two_vertices(const location& where = anonymous,
                   std::uint64_t reserve = 64u << 20) {
  auto g = graph::create(where, {.reserve = reserve});
  g.add_vertices(2);
  g.add_edge(0, 1);
  return g;
}

/// A child that takes snapshots in a thread that ends, and is killed.
void take_and_die(graph& g) {
  process child = start_process([&] {
    std::optional<snapshot> held[2];
    std::thread([&] {
      for (auto& each : held) each = g.snapshot();
    }).join();
    return ::raise(SIGKILL);
  });
  REQUIRE(child.wait() == -SIGKILL);
}

/// Somebody else, who does something and stays until this is destroyed.
class somebody {
 public:
  template <typename Begin, typename End>
  somebody(Begin begin, End end)
      : thread_([this, begin, end] {
          begin();
          stage_ = 1;
          while (stage_ == 1) std::this_thread::yield();
          end();
        }) {
    while (stage_ == 0) std::this_thread::yield();
  }
  ~somebody() {
    stage_ = 2;
    thread_.join();
  }

 private:
  std::atomic<int> stage_{0};
  std::thread thread_;
};

}  // namespace

TEST_CASE("who holds the register of snapshots is named",
          "[snapshot][concurrent]") {
  auto g = two_vertices();
  core& c = core::of(g);
  auto& word = c.memory.clocks().snapshot_owner;
  {
    const somebody else_has_it([&] { word = c.who.index_of(c.who.mine()) + 1; },
                               [&] { word = 0; });
    g.set_wait({.limit = 30ms, .stop = {}});
    const failure told = failure_of([&] { return g.snapshot(); });
    CHECK(told.code == errc::timed_out);
    CHECK_THAT(told.message, Contains("register of snapshots"));
  }
  CHECK(g.snapshot().edge_count() == 1);
  CHECK(problems(g) == "");
}

TEST_CASE("the register is left alone while somebody holds it",
          "[snapshot][process][crash]") {
  auto g = two_vertices();
  take_and_die(g);
  core& c = core::of(g);
  auto& word = c.memory.clocks().snapshot_owner;
  {
    const somebody else_has_it([&] { word = c.who.index_of(c.who.mine()) + 1; },
                               [&] { word = 0; });
    g.recover();
    CHECK(c.memory.snapshots().epochs[0] != 0);
  }
  g.recover();
  CHECK(c.memory.snapshots().epochs[0] == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("whoever takes a snapshot uses the entries of the dead",
          "[snapshot][process][crash]") {
  auto g = two_vertices();
  take_and_die(g);
  const auto then = g.snapshot();
  const detail::snapshot_table& all = core::of(g).memory.snapshots();
  CHECK(all.epochs[0] == then.epoch());
  CHECK(problems(g) == "");
}

TEST_CASE("a process of another namespace is taken to be alive",
          "[snapshot][process][crash]") {
  auto g = two_vertices();
  take_and_die(g);
  detail::snapshot_entry& first = core::of(g).memory.snapshots().entries[0];
  first.pid_space.fetch_add(1);
  g.recover();
  CHECK(core::of(g).memory.snapshots().epochs[0] != 0);
  CHECK(core::of(g).memory.snapshots().epochs[1] == 0);
  first.pid_space.fetch_sub(1);
  g.recover();
  CHECK(core::of(g).memory.snapshots().epochs[0] == 0);
}

TEST_CASE("a holder that cannot be is looked for as a process",
          "[snapshot][process][crash]") {
  auto g = two_vertices();
  take_and_die(g);
  for (std::uint32_t i = 0; i < 2; ++i) {
    core::of(g).memory.snapshots().entries[i].holder = 60'000;
  }
  g.recover();
  CHECK(core::of(g).memory.snapshots().epochs[0] == 0);
  take_and_die(g);
  core::of(g).memory.snapshots().entries[0].holder = 60'000;
  const auto then = g.snapshot();
  CHECK(core::of(g).memory.snapshots().epochs[0] == then.epoch());
}

TEST_CASE("a snapshot inside a change of the same thread is refused",
          "[snapshot][error]") {
  auto g = two_vertices();
  {
    const detail::inside_change now(core::of(g).who.mine());
    CHECK(failure_of([&] { return g.snapshot(); }).code == errc::busy);
  }
  CHECK(g.snapshot().edge_count() == 1);
}

TEST_CASE("the wait for a snapshot ends when its stop token says so",
          "[snapshot][concurrent]") {
  auto g = two_vertices();
  std::optional<held_vertices> both;
  const somebody inside_a_change([&] { both.emplace(g, 0, 1); },
                                 [&] { both->release(); });
  std::stop_source source;
  g.set_wait({.limit = 100s, .stop = source.get_token()});
  source.request_stop();
  const failure told = failure_of([&] { return g.snapshot(); });
  CHECK(told.code == errc::busy);
  CHECK_THAT(told.message, Contains("stopped"));
  g.set_wait({});
}

TEST_CASE(
    "a snapshot that was given back for its process is not given back "
    "again",
    "[snapshot]") {
  auto g = two_vertices();
  std::optional<snapshot> first = g.snapshot();
  detail::drop_all_snapshots(core::of(g).memory);  // as a repair does
  const auto second = g.snapshot();
  first.reset();
  g.add_edge(0, 1);
  CHECK(core::of(g).memory.snapshots().epochs[0] == second.epoch());
  CHECK(second.degree(0) == 1);
}

TEST_CASE("an isolated child inherits the snapshots that there are, no others",
          "[snapshot][process]") {
  auto g = two_vertices(isolated);
  std::optional<snapshot> first = g.snapshot();
  const auto second = g.snapshot();
  first.reset();
  g.add_edge(0, 1);
  process child = start_process([&] {
    g.add_edge(0, 1);
    require(second.degree(0) == 1, "the child sees another snapshot");
    require(g.degree(0) == 3, "the child sees another graph");
    require(problems(g).empty(), "the child's graph is damaged");
    return 0;
  });
  CHECK(child.wait() == 0);
}

TEST_CASE("who is short of memory is told whose snapshot holds it",
          "[snapshot][error]") {
  auto g = two_vertices(anonymous, 16u << 20);
  std::vector<snapshot> held;
  const failure told = failure_of([&]() -> int {
    for (int i = 0;; ++i) {
      g.add_edge(0, 1);
      if (i % 64 != 0) continue;
      if (held.size() < 500) held.push_back(g.snapshot());
      g.clear_vertex(0);
      for (int k = 0; k < 2000; ++k) g.add_edge(0, 1);
    }
  });
  CHECK(told.code == errc::no_space);
  CHECK_THAT(told.message,
             Contains("a snapshot of process") && Contains("given back"));
  held.clear();
  CHECK(problems(g) == "");
}
