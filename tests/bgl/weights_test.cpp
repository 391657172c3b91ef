// tests/bgl/weights_test.cpp: spanning trees and ranks, of a live graph and of a
// snapshot, equal those of `adjacency_list`, and properties read what was stored.
#include <iterator>
#include <string>
#include <vector>

#include <boost/graph/kruskal_min_spanning_tree.hpp>
#include <catch2/catch.hpp>

#include "bgl/answers.hpp"
#include "bgl/kinds.hpp"

namespace {

using namespace telar::test;
using telar::graph_kind;
using telar::vertex_id;

struct tree {
  std::size_t edges = 0;
  double weight = 0;
  friend bool operator==(const tree&, const tree&) = default;
};

template <typename Graph>
tree spanning_tree(const Graph& g) {
  std::vector<typename boost::graph_traits<Graph>::edge_descriptor> chosen;
  boost::kruskal_minimum_spanning_tree(g, std::back_inserter(chosen));
  tree result{chosen.size(), 0};
  for (const auto& e : chosen) result.weight += get(boost::edge_weight, g, e);
  return result;
}

struct road {
  float length;
  int lanes;
};

}  // namespace

TEST_CASE("Kruskal's trees have the same weight", "[bgl][model]") {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<undirected>(random);
    both.each([&](const auto& ours) {
      CHECK(spanning_tree(ours) == spanning_tree(both.theirs));
    });
  }
}

TEMPLATE_TEST_CASE("PageRank gives the same ranks", "[bgl][model]", directed,
                   bidirectional) {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<TestType>(random);
    const auto theirs = ranks(both.theirs);
    both.each([&](const auto& graph) {
      const auto ours = ranks(graph);
      REQUIRE(ours.size() == theirs.size());
      for (std::size_t v = 0; v < ours.size(); ++v) {
        CHECK(ours[v] == Approx(theirs[v]));
      }
    });
  }
}

TEST_CASE("a payload is read whole, by member, and from either end", "[bgl]") {
  telar::bgl::graph<graph_kind::bidirectional, road> g(2);
  add_edge(0, 1, {2.5f, 2}, g);
  add_edge(0, 1, {7.5f, 4}, g);
  const auto check = [](const auto& graph) {
    const auto lengths = get(&road::length, graph);
    auto [it, end] = in_edges(1, graph);
    CHECK(get(lengths, *it++) == 2.5f);
    CHECK(get(&road::lanes, graph, *it) == 4);
    CHECK(graph[*it].length == 7.5f);
    const auto first = edge(0, 1, graph).first;
    CHECK(get(boost::edge_bundle, graph, first).lanes == 2);
  };
  check(g);
  check(telar::bgl::snapshot(g));
}

TEST_CASE("an edge added without a payload carries zero", "[bgl]") {
  telar::bgl::graph<graph_kind::undirected, double> g(2);
  const auto added = add_edge(0, 1, g).first;
  CHECK(g[added] == 0.0);
}

TEST_CASE("a vertex is named by its key, or else by its number", "[bgl]") {
  using graph = telar::bgl::graph<graph_kind::directed>;
  telar::graph_options options;
  options.keys = telar::key_kind::string;
  auto libraries = graph::create(telar::anonymous, options);
  const vertex_id libc = libraries.handle().vertex("libc6");
  options.keys = telar::key_kind::u64;
  auto users = graph::create(telar::anonymous, options);
  const vertex_id user = users.handle().vertex(1234567890123u);
  const graph plain(8);

  CHECK(get(boost::vertex_name, libraries, libc) == "libc6");
  CHECK(get(boost::vertex_name, users, user) == "1234567890123");
  CHECK(get(boost::vertex_name, telar::bgl::snapshot(libraries), libc) ==
        "libc6");
  CHECK(get(boost::vertex_name, plain, 7) == "7");
  CHECK(get(boost::vertex_index, plain, 7) == 7);
}
