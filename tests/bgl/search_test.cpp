// tests/bgl/search_test.cpp: searches of a live graph, and of a snapshot, visit
// what they visit on `adjacency_list`, in the same order.
#include <map>
#include <vector>

#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/undirected_dfs.hpp>
#include <catch2/catch.hpp>

#include "bgl/answers.hpp"
#include "bgl/kinds.hpp"

namespace {

using namespace telar::test;
using telar::graph_kind;
using telar::vertex_id;

/// Writes down what a depth-first search meets, and where.
struct diary : boost::default_dfs_visitor {
  explicit diary(std::vector<std::size_t>& all) : lines(all) {}
  std::vector<std::size_t>& lines;

  template <typename Graph>
  void discover_vertex(std::size_t v, const Graph&) {
    lines.insert(lines.end(), {1, v});
  }
  template <typename Graph>
  void finish_vertex(std::size_t v, const Graph&) {
    lines.insert(lines.end(), {2, v});
  }
  template <typename Edge, typename Graph>
  void back_edge(const Edge& e, const Graph& g) {
    lines.insert(lines.end(), {3, source(e, g), target(e, g)});
  }
  template <typename Edge, typename Graph>
  void forward_or_cross_edge(const Edge& e, const Graph& g) {
    lines.insert(lines.end(), {4, source(e, g), target(e, g)});
  }
};

template <typename Graph>
std::vector<std::size_t> dfs_diary(const Graph& g) {
  std::vector<std::size_t> lines;
  boost::depth_first_search(g, boost::visitor(diary(lines)));
  return lines;
}

/// The search that looks at each edge once: it colours edges, so it depends on
/// their descriptors being the same from both ends.
template <typename Graph>
std::vector<std::size_t> undirected_dfs_diary(const Graph& g) {
  using edge = typename boost::graph_traits<Graph>::edge_descriptor;
  std::vector<std::size_t> lines;
  std::map<edge, boost::default_color_type> colors;
  boost::undirected_dfs(
      g, boost::visitor(diary(lines))
             .edge_color_map(boost::make_assoc_property_map(colors)));
  return lines;
}

template <typename Graph>
std::vector<double> dijkstra_distances(const Graph& g) {
  std::vector<double> distance(num_vertices(g));
  boost::dijkstra_shortest_paths(g, vertex_id{0},
                                 boost::distance_map(distance.data()));
  return distance;
}

}  // namespace

TEMPLATE_TEST_CASE("breadth-first search and Dijkstra find the same distances",
                   "[bgl][model]", undirected, directed, bidirectional) {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<TestType>(random);
    both.each([&](const auto& ours) {
      CHECK(bfs_distances(ours) == bfs_distances(both.theirs));
      CHECK(dijkstra_distances(ours) == dijkstra_distances(both.theirs));
    });
  }
}

TEMPLATE_TEST_CASE("depth-first search meets the same edges in the same order",
                   "[bgl][model]", undirected, directed) {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<TestType>(random);
    both.each([&](const auto& ours) {
      CHECK(dfs_diary(ours) == dfs_diary(both.theirs));
    });
  }
}

TEST_CASE("undirected depth-first search walks each edge once",
          "[bgl][model]") {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<undirected>(random);
    both.each([&](const auto& ours) {
      CHECK(undirected_dfs_diary(ours) == undirected_dfs_diary(both.theirs));
    });
  }
}

TEST_CASE("a search on the reversed graph goes against the edges",
          "[bgl][model]") {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<bidirectional>(random);
    both.each([&](const auto& ours) {
      CHECK(bfs_distances(boost::make_reverse_graph(ours)) ==
            bfs_distances(boost::make_reverse_graph(both.theirs)));
    });
  }
}
