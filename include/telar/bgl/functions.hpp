// telar/bgl/functions.hpp: what Boost.Graph's concepts ask of a view or graph.
//
// Complexity is O(1) where nothing is said.  Concurrency: concurrent.
#pragma once

#include <cstddef>
#include <iterator>
#include <span>
#include <utility>

#include <telar/bgl/view.hpp>

namespace telar::bgl {

template <graph_kind K, typename P, typename S>
std::size_t num_vertices(const view<K, P, S>& g) {
  return g.bound();
}
template <graph_kind K, typename P, typename S>
std::pair<vertex_iterator, vertex_iterator> vertices(const view<K, P, S>& g) {
  return {vertex_iterator(0), vertex_iterator(g.bound())};
}

template <graph_kind K, typename P, typename S>
std::pair<edge_iterator<K, S>, edge_iterator<K, S>> edges(
    const view<K, P, S>& g) {
  if (g.bound() == 0) return {};
  return {edge_iterator<K, S>(&g.handle(), 0, g.seen()),
          edge_iterator<K, S>(&g.handle(), g.bound(), g.seen())};
}
/// Complexity: O(participants); O(vertices + edges) when the graph has got
/// vertices that the view does not see.
template <graph_kind K, typename P, typename S>
std::size_t num_edges(const view<K, P, S>& g) {
  if (g.bound() == 0) return 0;
  const std::uint64_t all = g.handle().edge_count();
  if (g.handle().vertex_count() == g.bound()) return all;
  const auto [first, last] = edges(g);
  return static_cast<std::size_t>(std::distance(first, last));
}

template <graph_kind K, typename P, typename S>
vertex_id source(const edge_descriptor<K, S>& e, const view<K, P, S>&) {
  return e.source();
}
template <graph_kind K, typename P, typename S>
vertex_id target(const edge_descriptor<K, S>& e, const view<K, P, S>&) {
  return e.target();
}

namespace detail {

template <found_at End, graph_kind K, typename P, typename S>
auto incident_edges(const view<K, P, S>& g, vertex_id v,
                    std::span<const vertex_id> list) {
  using iterator = incident_edge_iterator<K, End, S>;
  return std::pair(iterator(g.handle(), v, list, 0, g.seen()),
                   iterator(g.handle(), v, list, list.size(), g.seen()));
}

/// The list that has the edges into a vertex.
template <graph_kind K, typename P, typename S>
std::span<const vertex_id> in_list(const view<K, P, S>& g, vertex_id v) {
  if constexpr (K == graph_kind::bidirectional) {
    return g.handle().in_neighbors(v);
  } else {
    return g.handle().neighbors(v);
  }
}

/// The edge u–v that the core names by one of its entries.
template <graph_kind K, typename S>
edge_descriptor<K, S> describe(const S& g, vertex_id u, vertex_id v,
                               const telar::edge& e) {
  return {g, u, v, e.position,
          e.source == u ? found_at::source : found_at::target};
}

}  // namespace detail

template <graph_kind K, typename P, typename S>
auto out_edges(vertex_id v, const view<K, P, S>& g) {
  return detail::incident_edges<found_at::source>(g, v,
                                                  g.handle().neighbors(v));
}
template <graph_kind K, typename P, typename S>
auto in_edges(vertex_id v,
              const view<K, P, S>& g) requires(K != graph_kind::directed) {
  return detail::incident_edges<found_at::target>(g, v, detail::in_list(g, v));
}
template <graph_kind K, typename P, typename S>
std::pair<adjacency_iterator, adjacency_iterator> adjacent_vertices(
    vertex_id v, const view<K, P, S>& g) {
  const auto list = g.handle().neighbors(v);
  const vertex_id* const last = list.data() + list.size();
  return {adjacency_iterator(g.seen(), list.data(), last),
          adjacency_iterator(g.seen(), last, last)};
}

/// Complexity: O(degree) when the graph has got vertices that the view does not
/// see; so `in_degree` and `degree`.
template <graph_kind K, typename P, typename S>
std::size_t out_degree(vertex_id v, const view<K, P, S>& g) {
  return g.count(g.handle().neighbors(v));
}
template <graph_kind K, typename P, typename S>
std::size_t in_degree(vertex_id v,
                      const view<K, P, S>& g) requires(K !=
                                                       graph_kind::directed) {
  return g.count(detail::in_list(g, v));
}
template <graph_kind K, typename P, typename S>
std::size_t degree(vertex_id v,
                   const view<K, P, S>& g) requires(K != graph_kind::directed) {
  if constexpr (K == graph_kind::undirected) return out_degree(v, g);
  return in_degree(v, g) + out_degree(v, g);
}

/// The first edge from `u` to `v`, and whether there is one.
/// Complexity: O(degree).
template <graph_kind K, typename P, typename S>
std::pair<edge_descriptor<K, S>, bool> edge(vertex_id u, vertex_id v,
                                            const view<K, P, S>& g) {
  if (!g.seen()(u) || !g.seen()(v)) return {};
  const auto found = g.handle().find_edge(u, v);
  if (!found) return {};
  return {detail::describe<K>(g.handle(), u, v, *found), true};
}

}  // namespace telar::bgl
