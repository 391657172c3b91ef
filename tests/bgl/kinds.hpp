// tests/bgl/kinds.hpp: the three kinds, with Boost's graph of the same kind,
// and random graphs that are both.
#pragma once

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/graph/adjacency_list.hpp>

#include <telar/bgl.hpp>

#include "support/random.hpp"

namespace telar::test {

struct undirected {
  static constexpr graph_kind kind = graph_kind::undirected;
  using selector = boost::undirectedS;
};
struct directed {
  static constexpr graph_kind kind = graph_kind::directed;
  using selector = boost::directedS;
};
struct bidirectional {
  static constexpr graph_kind kind = graph_kind::bidirectional;
  using selector = boost::bidirectionalS;
};

struct weighted_edge {
  vertex_id source;
  vertex_id target;
  double weight;
};

/// Up to 3 edges a vertex, one in eight a loop, one in four beside another
/// edge, in either direction.
inline std::vector<weighted_edge> random_edges(seeded_random& random,
                                               std::size_t vertices) {
  std::vector<weighted_edge> edges(random.below(3 * vertices + 1));
  for (std::size_t i = 0; i < edges.size(); ++i) {
    auto& [source, target, weight] = edges[i];
    source = static_cast<vertex_id>(random.below(vertices));
    target = static_cast<vertex_id>(random.below(vertices));
    weight = static_cast<double>(1 + random.below(9));
    if (random.below(8) == 0) target = source;
    if (i > 0 && random.below(4) == 0) {
      source = edges[random.below(i)].source;
      target = edges[random.below(i)].target;
      if (random.below(2) == 0) std::swap(source, target);
    }
  }
  return edges;
}

/// One graph twice: as Telar's and as Boost's.
template <typename Kind>
struct twins {
  using our_graph = bgl::graph<Kind::kind, double>;
  using their_graph =
      boost::adjacency_list<boost::vecS, boost::vecS, typename Kind::selector,
                            boost::no_property,
                            boost::property<boost::edge_weight_t, double>>;

  twins(std::size_t vertices, const std::vector<weighted_edge>& edges)
      : ours(vertices), theirs(vertices) {
    for (const auto& [source, target, weight] : edges) {
      add_edge(source, target, weight, ours);
      add_edge(source, target, weight, theirs);
    }
  }

  [[nodiscard]] bgl::view<Kind::kind, double> view() const {
    return bgl::view<Kind::kind, double>(ours.handle());
  }
  [[nodiscard]] bgl::snapshot<Kind::kind, double> snapshot() const {
    return bgl::snapshot<Kind::kind, double>(ours);
  }
  /// Checks something of the live graph, and of a snapshot of it.
  template <typename Check>
  void each(Check&& check) const {
    check(view());
    check(snapshot());
  }

  our_graph ours;
  their_graph theirs;
};

template <typename Kind>
twins<Kind> random_twins(seeded_random& random) {
  const std::size_t vertices = 1 + random.below(40);
  return {vertices, random_edges(random, vertices)};
}

/// {source, target, weight} of each edge in a range, in order.  The weight is 0
/// where there is none.
template <typename Graph, typename Range>
auto described(const Graph& g, const Range& range) {
  std::vector<std::tuple<std::size_t, std::size_t, double>> all;
  for (auto [it, end] = range; it != end; ++it) {
    double weight = 0;
    if constexpr (!std::is_same_v<
                      boost::no_property,
                      typename boost::edge_property_type<Graph>::type>) {
      weight = get(boost::edge_weight, g, *it);
    }
    all.emplace_back(source(*it, g), target(*it, g), weight);
  }
  return all;
}

/// All edges, sorted; undirected ones from their lower end.
template <typename Graph>
auto all_edges(const Graph& g) {
  auto all = described(g, edges(g));
  if (boost::is_undirected(g)) {
    for (auto& [from, to, weight] : all) {
      if (from > to) std::swap(from, to);
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

inline constexpr int rounds = 10;

}  // namespace telar::test
