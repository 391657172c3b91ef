// What a repair must not trust, and what it does not wait for.
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "participant/intent.hpp"
#include "participant/life_lock.hpp"
#include "participant/process.hpp"
#include "support/failure.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;
using Catch::Contains;
using detail::core;

namespace {

graph small_graph(graph_kind kind = graph_kind::undirected) {
  auto g = graph::create(anonymous, {.kind = kind, .reserve = 64u << 20});
  g.add_vertices(4);
  g.add_edge(0, 1);
  return g;
}

/// The first slot after this thread's own: nobody has it.
constexpr std::uint32_t nobody = 1;

}  // namespace

TEST_CASE("a damaged intent is not carried out", "[participant][error]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  auto g = small_graph(kind);
  core& c = core::of(g);
  detail::intent& plan = c.memory.slot(nobody).intent;
  const auto refused = [&] {
    return failure_of([&] {
             detail::validate_intent(c.memory, nobody);
             return 0;
           }).code == errc::corrupt;
  };
  const auto store_at = [&](std::uint64_t offset) {
    plan.stores = 1;
    plan.redo[0].offset = offset;
  };
  CHECK_FALSE(refused());
  SECTION("stores of its own slot, and of blocks, are meant") {
    const std::uint64_t own =
        detail::slots_offset + nobody * sizeof(detail::slot);
    store_at(own + offsetof(detail::slot, edges));
    CHECK_FALSE(refused());
    store_at(c.memory.geometry().first_unit() * detail::unit);
    CHECK_FALSE(refused());
  }
  SECTION("elsewhere they are not") {
    const std::uint64_t own =
        detail::slots_offset + nobody * sizeof(detail::slot);
    store_at(own + offsetof(detail::slot, edges) + 1);
    CHECK(refused());
    store_at(0);
    CHECK(refused());
    store_at(own + sizeof(detail::slot) + offsetof(detail::slot, edges));
    CHECK(refused());
    store_at(c.memory.geometry().versions);  // no snapshot was ever taken
    CHECK(refused());
    store_at(c.memory.geometry().key_refs);
    CHECK(refused());
    store_at(~std::uint64_t{7});
    CHECK(refused());
  }
  SECTION("too many of anything") {
    plan.halves = 3;
    CHECK(refused());
    plan.halves = 0;
    plan.stores = detail::max_redo + 1;
    CHECK(refused());
    plan.stores = 0;
    plan.lists = 16;
    CHECK(refused());
    plan.lists = 1;  // lists of edges into a vertex
    CHECK(refused() == (kind == graph_kind::undirected));
  }
  SECTION("vertices that do not exist") {
    plan.halves = 2;
    plan.ends = std::uint64_t{1} << 63;
    CHECK(refused());
    plan.ends = 0xffff'ffff;
    CHECK(refused());
  }
}

TEST_CASE("a damaged intent of the dead is an error of the check, not a write",
          "[participant][error]") {
  auto g = small_graph();
  core& c = core::of(g);
  detail::slot& s = c.memory.slot(nobody);
  s.intent.halves = 7;
  s.attached = detail::attached_yes;
  s.intent.state = detail::pack_state(1, detail::phase_committed);
  CHECK_THAT(problems(g), Contains("participant 1") && Contains("I11"));
  CHECK(failure_of([&] { return g.recover(); }).code == errc::corrupt);
  s.intent.state = detail::phase_idle;
  CHECK(problems(g) == "");
}

TEST_CASE("a vertex said to be held by one who never held it is not waited for",
          "[participant][error]") {
  auto g = small_graph();
  core& c = core::of(g);
  auto& owner = c.memory.vertices()[2].owner;
  g.set_wait({.limit = 20ms, .stop = {}});
  owner = nobody + 1;
  const failure told = failure_of([&] { return g.add_edge(2, 3); });
  CHECK(told.code == errc::timed_out);
  CHECK_THAT(told.message, Contains("vertex 2"));
  owner = 60'000;
  CHECK(failure_of([&] { return g.add_edge(2, 3); }).code == errc::corrupt);
  owner = 0;
  CHECK(g.add_edge(2, 3).added);
}

TEST_CASE("however often a vertex changes hands, a wait for it ends",
          "[participant][concurrent]") {
  auto g = small_graph();
  core& c = core::of(g);
  std::atomic<int> stage{0};
  std::thread holder([&] {
    detail::slot& me = c.who.mine();
    c.memory.vertices()[2].owner = c.who.index_of(me) + 1;
    stage = 1;
    // Another operation each time it is looked at.
    while (stage == 1) me.operations.fetch_add(1);
    c.memory.vertices()[2].owner = 0;
  });
  while (stage == 0) std::this_thread::yield();
  g.set_wait({.limit = 10ms, .stop = {}});
  CHECK(failure_of([&] { return g.add_edge(2, 3); }).code == errc::timed_out);
  stage = 2;
  holder.join();
  g.set_wait({});
  CHECK(g.add_edge(2, 3).added);
  CHECK(problems(g) == "");
}

TEST_CASE("a lock that its last owner left inconsistent is damaged",
          "[participant][concurrent][error]") {
  pthread_mutex_t lock;
  detail::life_lock::initialise(lock);
  std::thread([&] { ::pthread_mutex_lock(&lock); }).join();
  REQUIRE(::pthread_mutex_trylock(&lock) == EOWNERDEAD);
  ::pthread_mutex_unlock(&lock);  // not made consistent
  const failure told =
      failure_of([&] { return detail::life_lock::try_acquire(lock); });
  CHECK(told.code == errc::corrupt);
  CHECK_THAT(told.message, Contains("I16"));
}

TEST_CASE("a process runs until it has ended, reaped or not",
          "[participant][process]") {
  const auto own = static_cast<std::uint32_t>(::getpid());
  const std::uint64_t since = detail::process_start_time();
  CHECK(detail::is_running(own, since));
  CHECK(detail::is_running(own, 0));                // since when is not known
  CHECK_FALSE(detail::is_running(own, since + 1));  // another had the pid
  CHECK(detail::is_running(1, 0));  // perhaps not ours to signal
  process stranger = start_process([] {
    // Only root can become somebody else; then 1 is not ours to signal.
    if (::geteuid() == 0) require(::setuid(54'321) == 0, "setuid");
    return detail::is_running(1, 0) ? 0 : 1;
  });
  CHECK(stranger.wait() == 0);
  process child = start_process([] {
    ::pause();
    return 0;
  });
  const auto pid = static_cast<std::uint32_t>(child.pid());
  CHECK(detail::is_running(pid, 0));
  child.send(SIGKILL);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, pid, &info, WEXITED | WNOWAIT) == 0);
  CHECK_FALSE(detail::is_running(pid, 0));  // a zombie
  CHECK(child.wait() == -SIGKILL);
  CHECK_FALSE(detail::is_running(pid, 0));
}

TEST_CASE("a thread that uses too many graphs at once is told so",
          "[participant][error]") {
  std::vector<graph> all;
  failure told;
  while (told.code == errc{} && all.size() < 2000) {
    all.push_back(graph::create(isolated, {.reserve = 16u << 20}));
    told = failure_of([&] { return all.back().add_vertices(2); });
  }
  CHECK(all.size() == 1025);
  CHECK(told.code == errc::no_space);
  CHECK_THAT(told.message, Contains("1024 graphs"));
  // And one less is enough.
  auto last = std::move(all.back());
  while (all.size() > 1000) all.pop_back();
  CHECK(last.add_vertices(2) == 0);
}
