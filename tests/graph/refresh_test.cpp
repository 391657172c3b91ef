// How long what a reader holds stays as it is, and what gives it back.
#include <algorithm>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "support/crew.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// Makes adjacencies move to larger blocks, over and over, in another thread.
void replace_blocks(graph& g) {
  std::thread([&] {
    for (int i = 0; i < 200'000; ++i) {
      g.add_edge(static_cast<vertex_id>(1 + i % 5'000),
                 static_cast<vertex_id>(1 + i % 4'999));
    }
  }).join();
}

}  // namespace

TEST_CASE("a span outlives the use of another graph by the same thread",
          "[graph][concurrent]") {
  auto g = graph::create(anonymous, {.reserve = 1u << 30});
  auto other = graph::create(anonymous, {.reserve = 1u << 30});
  g.add_vertices(6'000);
  other.add_vertices(2);
  for (int i = 0; i < 4; ++i) g.add_edge(5'999, 5'999 - 1);
  const auto held = g.neighbors(5'999);
  const std::vector<vertex_id> before(held.begin(), held.end());
  std::thread([&] { g.add_edge(5'999, 0); }).join();  // retires its block

  for (int round = 0; round < 3; ++round) {
    (void)other.neighbors(0);  // the thread's last attachment is another now
    (void)g.neighbors(1);
    replace_blocks(g);
    REQUIRE(std::equal(held.begin(), held.end(), before.begin()));
  }
  CHECK(problems(g) == "");
}

TEST_CASE("refresh gives back what was read, whatever was used last",
          "[graph]") {
  auto g = graph::create(anonymous, {.reserve = 64u << 20});
  auto other = graph::create(anonymous, {.reserve = 64u << 20});
  g.add_vertices(2);
  other.add_vertices(2);
  (void)g.neighbors(0);
  (void)other.neighbors(0);
  detail::core& c = detail::core::of(g);
  REQUIRE(detail::get(c.who.mine().pin) != 0);
  (void)other.neighbors(0);
  g.refresh();
  CHECK(detail::get(c.who.mine().pin) == 0);
}
