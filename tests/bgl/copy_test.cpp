// tests/bgl/copy_test.cpp: copies between Telar and Boost, and copies of a
// graph.
#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

#include <boost/graph/copy.hpp>
#include <boost/graph/transpose_graph.hpp>
#include <catch2/catch.hpp>

#include "bgl/kinds.hpp"
#include "support/problems.hpp"

namespace {

using namespace telar::test;
using telar::graph_kind;
using telar::vertex_id;

/// All adjacencies, in order, with weights, as text that holds everything.
template <typename Graph>
std::string adjacencies(const Graph& g) {
  std::ostringstream text;
  for (vertex_id v = 0; v < num_vertices(g); ++v) {
    text << v << ':';
    for (auto [it, end] = out_edges(v, g); it != end; ++it) {
      text << ' ' << target(*it, g) << '/' << g[*it];
    }
    if constexpr (boost::is_bidirectional_graph<Graph>::value) {
      text << " <-";
      for (auto [it, end] = in_edges(v, g); it != end; ++it) {
        text << ' ' << source(*it, g) << '/' << g[*it];
      }
    }
    text << '\n';
  }
  return text.str();
}

}  // namespace

TEMPLATE_TEST_CASE("copy_graph copies into an adjacency_list, and back",
                   "[bgl][model]", undirected, bidirectional) {
  seeded_random random;
  const auto both = random_twins<TestType>(random);
  typename twins<TestType>::their_graph theirs;
  boost::copy_graph(both.view(), theirs);
  CHECK(all_edges(theirs) == all_edges(both.theirs));

  const telar::bgl::view<TestType::kind> unweighted(both.ours.handle());
  boost::adjacency_list<boost::vecS, boost::vecS, typename TestType::selector>
      plain;
  boost::copy_graph(unweighted, plain);
  telar::bgl::graph<TestType::kind> ours;
  boost::copy_graph(plain, ours);
  CHECK(all_edges(ours) == all_edges(unweighted));
  CHECK(num_vertices(ours) == num_vertices(unweighted));
  CHECK(problems(ours.handle()) == "");
}

TEMPLATE_TEST_CASE("copy_graph copies payloads into a graph, from anywhere",
                   "[bgl][model]", undirected, bidirectional) {
  seeded_random random;
  const auto both = random_twins<TestType>(random);
  typename twins<TestType>::our_graph from_theirs;
  boost::copy_graph(both.theirs, from_theirs);
  CHECK(all_edges(from_theirs) == all_edges(both.theirs));
  CHECK(problems(from_theirs.handle()) == "");

  const auto then = both.snapshot();
  typename twins<TestType>::our_graph from_snapshot;
  boost::copy_graph(then, from_snapshot);
  CHECK(all_edges(from_snapshot) == all_edges(both.theirs));

  typename twins<TestType>::their_graph theirs;
  boost::copy_graph(then, theirs);
  CHECK(all_edges(theirs) == all_edges(both.theirs));
}

TEST_CASE("transpose_graph turns every edge", "[bgl][model]") {
  seeded_random random;
  const auto both = random_twins<bidirectional>(random);
  const telar::bgl::view<graph_kind::bidirectional> from(both.ours.handle());
  telar::bgl::graph<graph_kind::bidirectional> turned;
  boost::transpose_graph(from, turned);

  auto expected = all_edges(from);
  for (auto& [source, target, weight] : expected) std::swap(source, target);
  std::sort(expected.begin(), expected.end());
  CHECK(all_edges(turned) == expected);
}

TEMPLATE_TEST_CASE("a copy is a graph of its own, in the same order", "[bgl]",
                   undirected, directed, bidirectional) {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    auto both = random_twins<TestType>(random);
    const std::string before = adjacencies(both.ours);
    auto copy = both.ours;
    CHECK(adjacencies(copy) == before);
    CHECK(num_edges(copy) == num_edges(both.ours));
    CHECK(problems(copy.handle()) == "");

    add_edge(0, add_vertex(copy), 1.0, copy);
    CHECK(adjacencies(both.ours) == before);
    both.ours = copy;
    CHECK(adjacencies(both.ours) == adjacencies(copy));
  }
}

TEMPLATE_TEST_CASE("a copy of a view or snapshot has what that sees", "[bgl]",
                   undirected, bidirectional) {
  seeded_random random;
  auto both = random_twins<TestType>(random);
  const auto old = both.view();
  const std::string before = adjacencies(both.ours);
  const vertex_id late = add_vertex(both.ours);
  add_edge(0, late, both.ours);
  add_edge(late, 0, both.ours);
  CHECK(adjacencies(typename twins<TestType>::our_graph(old)) == before);

  const auto then = both.snapshot();
  const std::string now = adjacencies(both.ours);
  clear_vertex(0, both.ours);
  CHECK(adjacencies(typename twins<TestType>::our_graph(then)) == now);
}

TEST_CASE("a copy has the keys, and refuses what the original refuses",
          "[bgl]") {
  using graph = telar::bgl::graph<graph_kind::undirected>;
  telar::graph_options options;
  options.keys = telar::key_kind::string;
  options.parallel = telar::parallel_edges::forbid;
  auto g = graph::create(telar::anonymous, options);
  const vertex_id a = g.handle().vertex("a");
  const vertex_id b = g.handle().vertex("b");
  g.refresh();
  add_edge(b, a, g);

  graph copy(g);
  CHECK(copy.handle().find("b") == b);
  CHECK_FALSE(add_edge(a, b, copy).second);
}

TEST_CASE("a graph made without arguments is empty and can grow", "[bgl]") {
  telar::bgl::graph<graph_kind::undirected> g;
  CHECK(num_vertices(g) == 0);
  CHECK(num_edges(g) == 0);
  CHECK(edges(g).first == edges(g).second);
  CHECK(add_vertex(g) == 0);
  CHECK(add_vertex(g) == 1);
  CHECK(add_edge(0, 1, g).second);

  const auto moved = std::move(g);
  CHECK(num_edges(moved) == 1);
  const auto copy = g;  // NOLINT: of a graph that was moved from
  CHECK(num_vertices(copy) == 0);
}
