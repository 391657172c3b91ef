// tests/bgl/structure_test.cpp: vertices, edges, degrees and neighbours, of a live
// graph and of a snapshot, are those of `adjacency_list`, in the same order.
#include <iterator>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "bgl/kinds.hpp"

namespace {

using namespace telar::test;
using telar::graph_kind;
using telar::vertex_id;

template <typename Graph>
std::vector<std::size_t> neighbors(vertex_id v, const Graph& g) {
  const auto [first, last] = adjacent_vertices(v, g);
  return {first, last};
}

template <typename Iterator>
std::size_t length(const std::pair<Iterator, Iterator>& range) {
  return static_cast<std::size_t>(std::distance(range.first, range.second));
}

template <typename Kind, typename Ours, typename Theirs>
void require_same(const Ours& ours, const Theirs& theirs) {
  REQUIRE(num_vertices(ours) == num_vertices(theirs));
  REQUIRE(num_edges(ours) == num_edges(theirs));
  CHECK(all_edges(ours) == all_edges(theirs));

  for (vertex_id v = 0; v < num_vertices(theirs); ++v) {
    CHECK(out_degree(v, ours) == out_degree(v, theirs));
    CHECK(neighbors(v, ours) == neighbors(v, theirs));
    CHECK(described(ours, out_edges(v, ours)) ==
          described(theirs, out_edges(v, theirs)));
    if constexpr (Kind::kind != graph_kind::directed) {
      CHECK(in_degree(v, ours) == in_degree(v, theirs));
      CHECK(degree(v, ours) == degree(v, theirs));
      CHECK(described(ours, in_edges(v, ours)) ==
            described(theirs, in_edges(v, theirs)));
    }
  }
}

}  // namespace

TEMPLATE_TEST_CASE("vertices, edges and degrees equal those of adjacency_list",
                   "[bgl][model]", undirected, directed, bidirectional) {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<TestType>(random);
    both.each(
        [&](const auto& ours) { require_same<TestType>(ours, both.theirs); });
  }
}

TEMPLATE_TEST_CASE("edge(u, v) finds the edge that adjacency_list finds",
                   "[bgl][model]", undirected, directed, bidirectional) {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<TestType>(random);
    const auto vertices = static_cast<vertex_id>(num_vertices(both.theirs));
    for (vertex_id u = 0; u < vertices; ++u) {
      for (vertex_id v = 0; v < vertices; ++v) {
        both.each([&, u, v](const auto& graph) {
          const auto [our_edge, ours] = edge(u, v, graph);
          const auto [their_edge, theirs] = edge(u, v, both.theirs);
          REQUIRE(ours == theirs);
          if (!ours) return;
          REQUIRE(source(our_edge, graph) == u);
          REQUIRE(target(our_edge, graph) == v);
          REQUIRE(graph[our_edge] ==
                  get(boost::edge_weight, both.theirs, their_edge));
        });
      }
    }
  }
}

TEMPLATE_TEST_CASE("a view sees neither later vertices nor edges to them",
                   "[bgl]", undirected, directed, bidirectional) {
  telar::bgl::graph<TestType::kind> g(3);
  add_edge(0, 1, g);
  telar::bgl::view<TestType::kind> old(g.handle());
  const vertex_id late = add_vertex(g);
  add_edge(0, late, g);
  add_edge(late, 0, g);
  add_edge(late, late, g);
  add_edge(0, 2, g);

  CHECK(num_vertices(old) == 3);
  CHECK(num_edges(old) == 2);
  CHECK(neighbors(0, old) == std::vector<std::size_t>{1, 2});
  CHECK(out_degree(0, old) == 2);
  CHECK(length(out_edges(0, old)) == 2);
  CHECK(length(edges(old)) == 2);
  CHECK_FALSE(edge(0, late, old).second);
  if constexpr (TestType::kind != graph_kind::directed) {
    CHECK(in_degree(0, old) == length(in_edges(0, old)));
  }

  old.refresh();
  CHECK(num_vertices(old) == 4);
  CHECK(num_edges(old) == num_edges(g));
  CHECK(num_edges(g) == 5);
}

TEST_CASE("a view of another kind or payload is refused", "[bgl][error]") {
  using telar::errc;
  const telar::bgl::graph<graph_kind::directed, double> g(1);
  const auto is_incompatible = Catch::Matchers::Predicate<telar::error>(
      [](const telar::error& e) { return e.code() == errc::incompatible; });
  CHECK_THROWS_MATCHES(
      (telar::bgl::view<graph_kind::undirected, double>(g.handle())),
      telar::error, is_incompatible);
  CHECK_THROWS_MATCHES(
      (telar::bgl::view<graph_kind::directed, float>(g.handle())), telar::error,
      is_incompatible);
  CHECK_THROWS_MATCHES((telar::bgl::snapshot<graph_kind::undirected, double>(
                           g.handle().snapshot())),
                       telar::error, is_incompatible);
  CHECK_NOTHROW(telar::bgl::view<graph_kind::directed>(g.handle()));
}
