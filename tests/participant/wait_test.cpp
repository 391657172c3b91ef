// Waiting for a vertex: bounded, named, stoppable, and over at once when the
// holder is dead.
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stop_token>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/held_vertex.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;

namespace {

graph small_graph() {
  auto g = graph::create(anonymous, {.reserve = 256u << 20});
  g.add_vertices(4);
  return g;
}

/// A child that holds vertices 0 and 1 and has stopped itself there.
process start_stopped_holder(const graph& g) {
  process holder = start_process([&] {
    held_vertices held(g, 0, 1);
    ::raise(SIGSTOP);
    held.release();
    return 0;
  });
  int status = 0;
  require(::waitpid(holder.pid(), &status, WUNTRACED) == holder.pid() &&
              WIFSTOPPED(status),
          "the holder has stopped");
  return holder;
}

/// As another runtime in this process might: our locks are not on the list that
/// the kernel looks at when this thread dies.
void hide_from_kernel() {
  static robust_list_head other{{&other.list}, 0, nullptr};
  ::syscall(SYS_set_robust_list, &other, sizeof other);
}

bool has_ended(const process& child) {
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child.pid()), &info,
                   WEXITED | WNOHANG | WNOWAIT) == 0);
  return info.si_pid != 0;
}

errc code_of_insert(graph& g, std::string& message) {
  try {
    g.add_edge(1, 2);
  } catch (const error& refused) {
    message = refused.what();
    return refused.code();
  }
  return errc{};
}

}  // namespace

TEST_CASE("a stopped holder is named within the limit, and waited for again",
          "[participant][process]") {
  graph g = small_graph();
  process holder = start_stopped_holder(g);
  g.set_wait({.limit = 50ms, .stop = {}});

  std::string message;
  CHECK(code_of_insert(g, message) == errc::timed_out);
  CHECK_THAT(message, Catch::Contains("vertex 1") &&
                          Catch::Contains(std::to_string(holder.pid())));
  CHECK(g.edge_count() == 0);
  CHECK(g.add_edge(2, 3).added);  // others are not concerned

  holder.send(SIGCONT);
  g.set_wait({});
  CHECK(g.add_edge(1, 2).added);
  CHECK(wait_for(holder) == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("the longest limit that there is means to wait",
          "[participant][process]") {
  graph g = small_graph();
  process holder = start_stopped_holder(g);
  g.set_wait({.limit = std::chrono::milliseconds::max(), .stop = {}});
  const auto& owner = detail::core::of(g).memory.vertices()[1].owner;

  process waiter =
      start_process([&] { return g.add_edge(1, 2).added ? 0 : 1; });
  // It marks itself before its first sleep, after it has asked how long.
  while ((owner.load() & detail::waiters) == 0 && !has_ended(waiter)) {
    std::this_thread::yield();
  }
  holder.send(SIGCONT);
  CHECK(wait_for(waiter) == 0);
  CHECK(wait_for(holder) == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("a wait ends when its stop token says so", "[participant][process]") {
  graph g = small_graph();
  process holder = start_stopped_holder(g);
  std::stop_source source;
  g.set_wait({.limit = 100s, .stop = source.get_token()});
  source.request_stop();

  std::string message;
  CHECK(code_of_insert(g, message) == errc::busy);
  CHECK_THAT(message, Catch::Contains("stopped"));
  holder.send(SIGCONT);
  CHECK(wait_for(holder) == 0);
}

TEST_CASE("a stopped recoverer is named, not the dead whom it recovers",
          "[participant][process][crash]") {
  graph g = small_graph();
  process holder = start_stopped_holder(g);
  holder.send(SIGKILL);
  REQUIRE(wait_for(holder) == -SIGKILL);
  detail::core& c = detail::core::of(g);
  const std::uint32_t dead = (c.memory.vertices()[1].owner.load() - 1);
  process recoverer = start_process([&] {
    detail::participants who(c.memory, [](detail::slot&) { ::raise(SIGSTOP); });
    return who.try_recover(dead) ? 0 : 1;
  });
  int status = 0;
  REQUIRE(::waitpid(recoverer.pid(), &status, WUNTRACED) == recoverer.pid());
  REQUIRE(WIFSTOPPED(status));

  g.set_wait({.limit = 50ms, .stop = {}});
  std::string message;
  CHECK(code_of_insert(g, message) == errc::timed_out);
  CHECK_THAT(message, Catch::Contains(std::to_string(recoverer.pid())));
  recoverer.send(SIGCONT);
  CHECK(wait_for(recoverer) == 0);
  CHECK(g.add_edge(1, 2).added);
  CHECK(problems(g) == "");
}

TEST_CASE("a vertex whose holder was killed is free at once",
          "[participant][process][crash]") {
  graph g = small_graph();
  // Unreaped on purpose: a zombie is dead, too.
  process holder = start_stopped_holder(g);
  holder.send(SIGKILL);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(holder.pid()), &info,
                   WEXITED | WNOWAIT) == 0);

  CHECK(g.add_edge(0, 1).added);
  CHECK(g.add_edge(1, 2).added);
  CHECK(problems(g) == "");
}

TEST_CASE("a thread that ends while it holds vertices leaves them to others",
          "[participant][concurrent][crash]") {
  graph g = small_graph();
  std::thread([&] { held_vertices held(g, 0, 1); }).join();

  CHECK(g.add_edge(1, 0).added);
  CHECK(problems(g) == "");
}

TEST_CASE("a holder whose death the kernel could not mark is recovered, too",
          "[participant][process]") {
  graph g = small_graph();
  g.set_wait({.limit = 5s, .stop = {}});
  const bool reaped = GENERATE(true, false);
  process holder = start_process([&] {
    held_vertices held(g, 0, 1);
    hide_from_kernel();
    ::raise(SIGKILL);
    return 0;
  });
  if (reaped) {
    CHECK(holder.wait() == -SIGKILL);
  } else {
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(holder.pid()), &info,
                     WEXITED | WNOWAIT) == 0);
  }
  CHECK(g.add_edge(1, 2).added);
  CHECK(g.recover() == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("who dies unmarked while it takes a slot is recovered, too",
          "[participant][process]") {
  graph g = small_graph();
  process newcomer = start_process([&] {
    hide_from_kernel();
    // In the middle of the look whether somebody has left something there.
    detail::participants who(detail::core::of(g).memory,
                             [](detail::slot&) { ::raise(SIGKILL); });
    (void)who.mine();
    return 0;
  });
  REQUIRE(newcomer.wait() == -SIGKILL);
  (void)g.recover();
  CHECK(problems(g) == "");
}

TEST_CASE("who dies unmarked beside a slot that nobody has does not keep it",
          "[participant][process]") {
  graph g = small_graph();
  detail::participants& who = detail::core::of(g).who;
  constexpr std::uint32_t nobodys = 5;
  process visitor = start_process([&] {
    hide_from_kernel();
    (void)who.try_recover_and(nobodys, [] { ::raise(SIGKILL); });
    return 0;
  });
  REQUIRE(visitor.wait() == -SIGKILL);
  (void)g.recover();
  CHECK(who.try_recover(nobodys));
  CHECK(problems(g) == "");
}

TEST_CASE("who dies unmarked in an exchange leaves both slots to others",
          "[participant][process]") {
  graph g = small_graph();
  g.set_wait({.limit = 5s, .stop = {}});
  detail::core& c = detail::core::of(g);
  process child = start_process([&] {
    detail::slot& me = c.who.mine();
    hide_from_kernel();
    (void)c.who.exchange(me, 5, [](detail::slot&) { ::raise(SIGKILL); });
    return 0;
  });
  REQUIRE(child.wait() == -SIGKILL);
  (void)g.recover();
  CHECK(c.who.try_recover(5));
  CHECK(problems(g) == "");
}

TEST_CASE("a mark that is left of an exchange does not keep others from a slot",
          "[participant]") {
  graph g = small_graph();
  detail::core& c = detail::core::of(g);
  // As a file has it whose pages were not all written.
  c.memory.slot(1).taker.store(c.who.index_of(c.who.mine()) + 1);
  std::thread([&] { g.add_edge(0, 1); }).join();
  CHECK(c.memory.slot(1).operations.load() > 0);
  CHECK(problems(g) == "");
}

TEST_CASE("a living child of a raw clone is not taken for lost, a dead one is",
          "[participant][process]") {
  graph g = small_graph();
  g.set_wait({.limit = 5s, .stop = {}});
  const auto clone_and_hold = [&] {
    const long pid =
        ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0);
    if (pid == 0) {
      held_vertices held(g, 0, 1);
      ::kill(::getpid(), SIGSTOP);
      ::_exit(0);
    }
    return pid;
  };
  long pid = 0;
  SECTION("of a thread that is attached") { pid = clone_and_hold(); }
  SECTION("of a thread that has never been attached") {
    std::thread([&] { pid = clone_and_hold(); }).join();
  }
  REQUIRE(pid > 0);
  process child(static_cast<pid_t>(pid));
  int status = 0;
  REQUIRE(::waitpid(child.pid(), &status, WUNTRACED) == child.pid());
  REQUIRE(WIFSTOPPED(status));
  CHECK(g.recover() == 0);
  child.send(SIGKILL);
  CHECK(child.wait() == -SIGKILL);
  CHECK(g.add_edge(1, 2).added);
  CHECK(problems(g) == "");
}

TEST_CASE("beside a /proc of other pids nobody is taken for lost",
          "[participant][process]") {
  graph g = small_graph();
  constexpr int not_allowed = 77;
  process outer = start_process([&] {
    // As `unshare --pid --fork`: the pids of children are not those in /proc.
    if (::unshare(CLONE_NEWPID) != 0 &&
        ::unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) {
      return not_allowed;
    }
    return start_process([&] {
             const process holder = start_stopped_holder(g);
             return static_cast<int>(g.recover());
           })
        .wait();
  });
  const int found = outer.wait();
  if (found == not_allowed) return;
  CHECK(found == 0);
}

TEST_CASE("a change inside a change of the same thread is refused",
          "[participant][error]") {
  graph g = small_graph();
  held_vertices held(g, 2, 3);
  CHECK_THROWS_AS(g.add_edge(0, 1), error);
  held.release();
  CHECK(g.add_edge(0, 1).added);
}

TEST_CASE("between the steps of a change, too, another one is refused",
          "[participant][error]") {
  auto g =
      graph::create(anonymous, {.keys = key_kind::u64, .reserve = 256u << 20});
  const vertex_id u = g.vertex(std::uint64_t{1});
  const vertex_id v = g.vertex(std::uint64_t{2});
  {
    // As a signal handler would find it while memory is refilled.
    const detail::inside_change now(detail::core::of(g).who.mine());
    CHECK_THROWS_AS(g.add_edge(u, v), error);
    CHECK_THROWS_AS(g.vertex(std::uint64_t{3}), error);
  }
  CHECK(g.add_edge(u, v).added);
  CHECK(g.vertex(std::uint64_t{3}) == 2);
  CHECK(problems(g) == "");
}
