// An edge whose writer has stored the word of one end and not yet the other's.
#include <algorithm>
#include <cstdint>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/held_vertex.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;

TEST_CASE("an edge that a reader sees at its source is found", "[graph]") {
  graph_options options;
  options.kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                          graph_kind::bidirectional);
  options.reserve = std::uint64_t{64} << 20;
  auto g = graph::create(anonymous, options);
  g.add_vertices(3);
  g.add_edge(0, 2);
  // As a writer of 0-1 does it, and stops there: the entry, then the word.
  held_vertices writer(g, 0, 1);
  detail::segment& memory = detail::core::of(g).memory;
  detail::word64& word = memory.word(0, 0);
  const std::uint64_t before = word.load();
  memory.unit_at<vertex_id>(detail::block_of(before))[1] = 1;
  word.store(before + 1);

  const auto seen = g.neighbors(0);
  REQUIRE(std::ranges::count(seen, 1) == 1);
  CHECK(g.has_edge(0, 1));
  CHECK(!g.has_edge(1, 0));
  CHECK(!g.has_edge(2, 1));

  word.store(before);
  writer.release();
  CHECK(!g.has_edge(0, 1));
  CHECK(problems(g) == "");
}
