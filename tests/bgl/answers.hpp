// tests/bgl/answers.hpp: what algorithms say of a graph, in a form that can be
// compared with what they say of another.
#pragma once

#include <cstddef>
#include <vector>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/page_rank.hpp>

#include <telar/types.hpp>

namespace telar::test {

inline constexpr std::size_t unreached = ~std::size_t{0};

/// From vertex 0.
template <typename Graph>
std::vector<std::size_t> bfs_distances(const Graph& g) {
  std::vector<std::size_t> distance(num_vertices(g), unreached);
  distance[0] = 0;
  boost::breadth_first_search(
      g, vertex_id{0},
      boost::visitor(boost::make_bfs_visitor(
          boost::record_distances(distance.data(), boost::on_tree_edge()))));
  return distance;
}

template <typename Graph>
std::vector<double> ranks(const Graph& g) {
  std::vector<double> rank(num_vertices(g));
  boost::graph::page_rank(g,
                          boost::make_iterator_property_map(
                              rank.begin(), get(boost::vertex_index, g)),
                          boost::graph::n_iterations(10));
  return rank;
}

}  // namespace telar::test
