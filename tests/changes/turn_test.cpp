// The turn at the feed, held by the test while others wait for it.
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include <telar/changes.hpp>

#include "graph/core.hpp"
#include "support/failure.hpp"
#include "support/mirror.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// Has the turn, as if this thread were telling of a change.
class held_turn {
 public:
  explicit held_turn(const graph& g)
      : core_(detail::core::of(g)),
        owner_(core_.memory.clocks().changes_owner) {
    owner_.store(core_.who.index_of(core_.who.mine()) + 1);
  }
  ~held_turn() { release(); }
  held_turn(const held_turn&) = delete;

  void wait_until_awaited() const {
    while ((owner_.load() & detail::waiters) == 0) std::this_thread::yield();
  }
  void release() { owner_.store(0); }

 private:
  detail::core& core_;
  detail::word32& owner_;
};

graph make(std::chrono::milliseconds patience) {
  auto g = graph::create(
      anonymous,
      {.reserve = 64u << 20, .changes = 100, .wait = {.limit = patience}});
  g.add_vertices(3);
  g.add_edge(0, 1);
  return g;
}

}  // namespace

TEST_CASE("who waits for the feed holds no snapshot up, and is not in it",
          "[changes][concurrent][snapshot]") {
  auto g = make(std::chrono::minutes(1));
  // An edge where there is room, one for which a list is new, and a removal.
  const std::function<void()> calls[] = {[&] { g.add_edge(0, 1); },
                                         [&] { g.add_edge(1, 2); },
                                         [&] { g.remove_edge(0, 1); }};
  for (const auto& call : calls) {
    mirror before(g.snapshot());
    held_turn turn(g);
    std::jthread writer(call);
    turn.wait_until_awaited();
    auto [start, feed] = g.follow();
    turn.release();
    writer.join();
    CHECK(before.difference(start) == "");
    mirror rebuilt(start);
    CHECK(rebuilt.follow(feed));
    CHECK(rebuilt.difference(g) == "");
    CHECK(rebuilt.difference(start) != "");
  }
  CHECK(problems(g) == "");
}

TEST_CASE("a turn that does not end is a time limit, and nothing has changed",
          "[changes]") {
  auto g = make(std::chrono::milliseconds(50));
  mirror before(g.snapshot());
  failure edge;
  failure vertex;
  {
    const held_turn turn(g);
    // Others wait for this thread, which is inside no change.
    std::jthread([&] {
      edge = failure_of([&] { return g.add_edge(0, 1); });
      vertex = failure_of([&] { return g.add_vertex(); });
    });
  }
  CHECK(edge.code == errc::timed_out);
  CHECK(vertex.code == errc::timed_out);
  CHECK(vertex.message.find("feed of changes") != std::string::npos);
  CHECK(before.difference(g) == "");
  CHECK(g.last_change() == 2);
  g.add_edge(0, 1);
  CHECK(untold(g) == "");
  CHECK(problems(g) == "");
}
