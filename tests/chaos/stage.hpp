// tests/chaos/stage.hpp: what a table of stops has in common: a graph, somebody
// who is stopped in a given state, and what the others must find.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "chaos/lock_state.hpp"
#include "support/failure.hpp"
#include "support/held_vertex.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

namespace telar::test {

/// Waits until a flag is set.  Throws after the watchdog's limit.
inline void await(const std::atomic<bool>& flag) {
  const auto deadline = std::chrono::steady_clock::now() + watchdog_limit;
  while (!flag.load()) {
    require(std::chrono::steady_clock::now() < deadline, "a wait hung");
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

/// Flags that processes share.
struct signs {
  std::atomic<bool> reached{false};  ///< The actor is where it was to come to.
  std::atomic<bool> told{false};     ///< Somebody else has seen enough.
  std::atomic<bool> go_on{false};    ///< The actor may go on.

  void stop_here() {
    reached = true;
    await(go_on);
  }
};

class shared_signs {
 public:
  shared_signs() {
    void* bytes = ::mmap(nullptr, sizeof(signs), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(bytes != MAP_FAILED, "no memory to share");
    signs_ = new (bytes) signs;
  }
  ~shared_signs() { ::munmap(signs_, sizeof(signs)); }
  shared_signs(const shared_signs&) = delete;
  shared_signs& operator=(const shared_signs&) = delete;
  signs* operator->() const { return signs_; }

 private:
  signs* signs_;
};

/// A thread of this process that holds vertex 1.
class obstacle {
 public:
  explicit obstacle(const graph& g) : thread_([this, &g] { hold(g); }) {
    await(signs_.reached);
  }
  ~obstacle() {
    signs_.go_on = true;
    thread_.join();
  }
  obstacle(const obstacle&) = delete;
  obstacle& operator=(const obstacle&) = delete;

 private:
  void hold(const graph& g) {
    held_vertices held(g, 1, 1);
    signs_.stop_here();
    held.release();
  }
  signs signs_;
  std::thread thread_;
};

/// A graph of ten vertices, and somebody in the way if the state is to wait.
class stage {
 public:
  static constexpr std::chrono::milliseconds limit{60};

  explicit stage(lock_state in, const location& where = anonymous)
      : state(in), g(graph::create(where, {.reserve = 256u << 20})) {
    g.add_vertices(10);
    if (state == lock_state::waiting) {
      in_the_way = std::make_unique<obstacle>(g);
    }
  }

  const lock_state state;
  graph g;
  const shared_signs sign;
  std::unique_ptr<obstacle> in_the_way;

  /// Requires of somebody who meets the actor while it lives: vertex 0 is
  /// refused within the limit, by an error that names it, if it is held; all
  /// else works.  `by`: the handle of whoever meets it.
  void meet_living(graph& by, const std::string& pid,
                   const std::string& command) const {
    by.set_wait({.limit = limit, .stop = {}});
    const auto begin = std::chrono::steady_clock::now();
    const failure met = failure_of([&] { return by.add_edge(0, 5); });
    const auto took = std::chrono::steady_clock::now() - begin;
    by.set_wait({});
    if (holds_a_vertex(state)) {
      require(met.code == errc::timed_out, met.message.c_str());
      require(took >= limit, "it did not wait");
      require(took < std::chrono::seconds(10), "it waited too long");
      const std::string holder = "vertex 0 of " + by.name() +
                                 " is held by process " + pid + " (" + command;
      require(met.message.starts_with(holder), met.message.c_str());
      require(met.message.find("has not moved for ") != std::string::npos &&
                  met.message.find(" ms.") != std::string::npos,
              met.message.c_str());
    } else {
      require(met.code == errc{}, met.message.c_str());
    }
    require(by.add_edge(6, 7).added, "others are not concerned");
  }

  /// Requires that nothing is left of the actor but its edge, or not even that.
  void after(bool edge_is_there) {
    in_the_way.reset();
    CHECK(g.add_edge(0, 1).added);
    CHECK(g.degree(1) == (edge_is_there ? 2 : 1));
    CHECK(g.add_edge(1, 2).added);
    CHECK(g.add_edge(2, 0).added);
    CHECK(problems(g) == "");
  }
};

}  // namespace telar::test
