// tests/bgl/descriptor_test.cpp: an edge is one edge from whichever end it is
// reached, parallel edges are several, a loop is one.
#include <sstream>
#include <unordered_set>
#include <vector>

#include <boost/functional/hash.hpp>
#include <catch2/catch.hpp>

#include "bgl/kinds.hpp"

namespace {

using namespace telar::test;
using telar::graph_kind;
using telar::vertex_id;

/// The descriptors that every walk yields: one edge occurs many times.
template <typename Kind, typename Graph>
auto all_descriptors(const Graph& g) {
  std::vector<typename boost::graph_traits<Graph>::edge_descriptor> all;
  const auto collect = [&](auto range) {
    all.insert(all.end(), range.first, range.second);
  };
  for (vertex_id v = 0; v < num_vertices(g); ++v) {
    collect(out_edges(v, g));
    if constexpr (Kind::kind != graph_kind::directed) collect(in_edges(v, g));
    const auto found = edge(v, v, g);
    if (found.second) all.push_back(found.first);
  }
  return all;
}

}  // namespace

TEMPLATE_TEST_CASE("descriptors are equal when those of adjacency_list are",
                   "[bgl][model]", undirected, directed, bidirectional) {
  seeded_random random;
  for (int round = 0; round < 4; ++round) {
    const std::size_t vertices = 1 + random.below(8);
    const twins<TestType> both(vertices, random_edges(random, vertices));
    const auto ours = all_descriptors<TestType>(both.ours);
    const auto theirs = all_descriptors<TestType>(both.theirs);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      for (std::size_t j = 0; j < ours.size(); ++j) {
        REQUIRE((ours[i] == ours[j]) == (theirs[i] == theirs[j]));
      }
    }
  }
}

TEMPLATE_TEST_CASE("order and hash of descriptors agree with equality", "[bgl]",
                   undirected, directed, bidirectional) {
  seeded_random random;
  const twins<TestType> both(5, random_edges(random, 5));
  const auto all = all_descriptors<TestType>(both.ours);
  for (const auto& a : all) {
    for (const auto& b : all) {
      REQUIRE((a < b) + (b < a) + (a == b) == 1);
      REQUIRE((a != b) == !(a == b));
      if (a == b) {
        REQUIRE(std::hash<std::decay_t<decltype(a)>>()(a) ==
                boost::hash<std::decay_t<decltype(b)>>()(b));
      }
      for (const auto& c : all) {
        if (a < b && b < c) REQUIRE(a < c);
      }
    }
  }

  // As many edges are reached from the vertices as the graph has.
  const std::unordered_set distinct(all.begin(), all.end());
  CHECK(distinct.size() == num_edges(both.ours));
}

TEST_CASE("a descriptor can be made without an edge, and printed", "[bgl]") {
  using edge_descriptor =
      telar::bgl::graph<graph_kind::undirected>::edge_descriptor;
  telar::bgl::graph<graph_kind::undirected> g(2);
  const auto [added, is_new] = add_edge(1, 0, g);
  CHECK(is_new);
  CHECK(edge_descriptor() == edge_descriptor());
  CHECK(added != edge_descriptor());
  CHECK(added == edge(0, 1, g).first);
  std::ostringstream text;
  text << added;
  CHECK(text.str() == "(1,0)");
}

TEST_CASE("with parallel edges forbidden, add_edge returns the edge there is",
          "[bgl]") {
  telar::graph_options options;
  options.parallel = telar::parallel_edges::forbid;
  auto g = telar::bgl::graph<graph_kind::undirected, float>::create(
      telar::anonymous, options);
  for (int i = 0; i < 3; ++i) add_vertex(g);
  const auto first = add_edge(0, 1, 2.5f, g);
  const auto again = add_edge(1, 0, 7.5f, g);
  CHECK(first.second);
  CHECK_FALSE(again.second);
  CHECK(first.first == again.first);
  CHECK(g[again.first] == 2.5f);
  CHECK(num_edges(g) == 1);
}
