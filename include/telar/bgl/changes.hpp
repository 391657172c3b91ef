// telar/bgl/changes.hpp: the calls of Boost.Graph that change a `graph`.
//
// Each is one or several of `telar::graph`'s, and throws and costs what those
// do.  Concurrency: concurrent, but for `add_vertex`, which is exclusive for this
// object (it raises its bound); other threads make views of `handle()`.  Each
// ends the calling thread's iterators.  If the process is killed inside: each
// edge is whole or absent; of several, some are done.
//
// Two differences from `adjacency_list<vecS, vecS, …>`: `remove_vertex` numbers
// no vertex anew, but leaves an isolated one that can have no edges (so
// `num_vertices` stays), and a vertex may get the id of one that was removed.
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <telar/bgl/graph.hpp>

namespace telar::bgl {

// ---- Vertices

/// Adds a vertex.  Throws `no_space`; `bad_argument` in a graph with keys.
template <graph_kind K, typename P>
vertex_id add_vertex(graph<K, P>& g) {
  const vertex_id v = g.handle().add_vertex();
  g.include(v);
  return v;
}
template <graph_kind K, typename P>
vertex_id add_vertex(const boost::no_property&, graph<K, P>& g) {
  return add_vertex(g);
}
/// The vertex of this key (its `vertex_name`), which is added if it is new.
/// Throws as `telar::graph::vertex`.
template <graph_kind K, typename P>
vertex_id add_vertex(std::string_view key, graph<K, P>& g) {
  const vertex_id v = g.handle().vertex(key);
  g.include(v);
  return v;
}
template <graph_kind K, typename P>
vertex_id add_vertex(std::uint64_t key, graph<K, P>& g) {
  const vertex_id v = g.handle().vertex(key);
  g.include(v);
  return v;
}

/// Removes the edges of `v`.
template <graph_kind K, typename P>
void clear_vertex(vertex_id v, graph<K, P>& g) {
  g.handle().clear_vertex(v);
}
template <graph_kind K, typename P>
void clear_out_edges(vertex_id v, graph<K, P>& g) {
  g.handle().clear_out_edges(v);
}
template <graph_kind K, typename P>
void clear_in_edges(vertex_id v,
                    graph<K, P>& g) requires(K != graph_kind::directed) {
  g.handle().clear_in_edges(v);
}

/// Removes `v`, its edges and its key.
template <graph_kind K, typename P>
void remove_vertex(vertex_id v, graph<K, P>& g) {
  g.handle().remove_vertex(v);
}

// ---- Inserting edges

/// Inserts u–v; false if parallel edges are forbidden and it was there.  A
/// payload that is not given is zero.
template <graph_kind K, typename P>
std::pair<edge_descriptor<K>, bool> add_edge(vertex_id u, vertex_id v,
                                             graph<K, P>& g) {
  const insertion done = g.handle().add_edge(u, v);
  return {detail::describe<K>(g.handle(), u, v, done.edge), done.added};
}
template <graph_kind K, typename P>
std::pair<edge_descriptor<K>, bool> add_edge(
    vertex_id u, vertex_id v,
    const typename graph<K, P>::edge_property_type& payload, graph<K, P>& g) {
  if constexpr (std::is_void_v<P>) {
    return add_edge(u, v, g);
  } else {
    const insertion done = g.handle().add_edge(u, v, payload);
    return {detail::describe<K>(g.handle(), u, v, done.edge), done.added};
  }
}

// ---- Removing edges

/// Removes all edges from `u` to `v`.
template <graph_kind K, typename P>
void remove_edge(vertex_id u, vertex_id v, graph<K, P>& g) {
  while (g.handle().remove_edge(u, v)) {
  }
}
/// Removes this edge; nothing, if it is not there any more.
template <graph_kind K, typename P>
void remove_edge(const edge_descriptor<K>& e, graph<K, P>& g) {
  if (const auto entry = e.entry()) g.handle().remove_edge(*entry);
}
template <graph_kind K, found_at End, typename P>
void remove_edge(const incident_edge_iterator<K, End>& e, graph<K, P>& g) {
  remove_edge(*e, g);
}

/// Removes the edges out of `v` for which `condition(descriptor)` holds.  It is
/// asked once for each, the last first.
template <graph_kind K, typename P, typename Condition>
void remove_out_edge_if(vertex_id v, Condition condition, graph<K, P>& g) {
  const telar::graph& handle = g.handle();
  g.handle().remove_out_edge_if(v, [&](const telar::edge& e) {
    return g.seen()(e.target) &&
           condition(detail::describe<K>(handle, v, e.target, e));
  });
}

/// Likewise those into `v`.
template <graph_kind K, typename P, typename Condition>
void remove_in_edge_if(vertex_id v, Condition condition,
                       graph<K, P>& g) requires(K != graph_kind::directed) {
  const telar::graph& handle = g.handle();
  const auto now = detail::in_list<K, P, telar::graph>(g, v);
  const std::vector<vertex_id> all(now.begin(), now.end());
  for (std::size_t i = all.size(); i-- != 0;) {
    const edge_descriptor<K> e(handle, all[i], v, static_cast<std::uint32_t>(i),
                               found_at::target);
    if (g.seen()(all[i]) && condition(e)) remove_edge(e, g);
    // The other entry of an undirected loop is the same edge.
    if (K == graph_kind::undirected && all[i] == v && i != 0) --i;
  }
}

/// Likewise of all edges.
template <graph_kind K, typename P, typename Condition>
void remove_edge_if(Condition condition, graph<K, P>& g) {
  const telar::graph& handle = g.handle();
  g.handle().remove_edge_if([&](const telar::edge& e) {
    return g.seen()(e.source) && g.seen()(e.target) &&
           condition(detail::describe<K>(handle, e.source, e.target, e));
  });
}

}  // namespace telar::bgl
