// The largest things that words can say.
#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"

using namespace telar;

TEST_CASE("an adjacency of 2^28 - 1 entries takes no more", "[graph][error]") {
  auto g = graph::create(anonymous, {.kind = graph_kind::directed,
                                     .reserve = std::uint64_t{16} << 30});
  g.add_vertices(2);
  g.add_edge(0, 1);
  detail::core& c = detail::core::of(g);
  auto& word = c.memory.vertices()[0].word;
  const auto before = word.load();
  const auto huge =
      detail::pack_word(detail::block_of(before), detail::max_degree);
  word.store(huge);  // as if they were there: none of them is touched
  CHECK_THROWS_AS(g.add_edge(0, 1), error);
  CHECK(word.load() == huge);
  word.store(before);
  CHECK(g.add_edge(0, 1).added);
}

TEST_CASE("a graph may belong to a static object", "[graph]") {
  // Its destructor runs after the thread-local objects of the main thread:
  // sanitizers would see what it must not touch any more.
  static std::optional<graph> lasting;
  lasting = graph::create(anonymous, {.reserve = 64u << 20});
  lasting->add_vertices(2);
  CHECK(lasting->add_edge(0, 1).added);
  CHECK(lasting->neighbors(0).size() == 1);
}
