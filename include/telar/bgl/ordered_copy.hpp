// telar/bgl/ordered_copy.hpp: a deep copy of a graph in which every adjacency
// has the order of the original.  Not part of the API.
//
// Copying edges by source vertex would change the order of the other end's
// list, and with it the order in which a copy is searched.  So an edge is
// copied when it comes next at both its ends, which some edge always does:
// insertion locked both ends, so the order of insertion is such an order, and
// removal changes no order.
#pragma once

#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include <telar/bgl/iterators.hpp>
#include <telar/snapshot.hpp>

namespace telar::bgl::detail {

/// Copies the vertices of a snapshot that are seen, and the edges between them.
/// Complexity: O(vertices + edges).
template <graph_kind Kind, typename Payload>
class ordered_copy {
 public:
  /// `to` has no vertices, and keys of the same sort.
  ordered_copy(const telar::snapshot& from, below seen, telar::graph& to)
      : from_(from), seen_(seen), to_(to) {}

  void run() {
    if (seen_.bound == 0) return;
    copy_vertices();
    out_.resize(seen_.bound);
    if (two_lists) in_.resize(seen_.bound);
    for (vertex_id v = 0; v < seen_.bound; ++v) copy_edges(v);
  }

 private:
  void copy_vertices() {
    if (from_.keys() == key_kind::none) {
      to_.add_vertices(seen_.bound);
      return;
    }
    for (vertex_id v = 0; v < seen_.bound; ++v) {
      const vertex_id made = from_.keys() == key_kind::string
                                 ? to_.vertex(from_.key(v))
                                 : to_.vertex(from_.key_number(v));
      // Its key may be another vertex's by now.
      if (from_.is_removed(v)) to_.remove_vertex(made);
    }
  }

  /// Copies the edges out of `first` that come next at both ends, and those
  /// that thereby come next elsewhere.
  void copy_edges(vertex_id first) {
    std::vector<vertex_id> sources{first};
    while (!sources.empty()) {
      const vertex_id u = sources.back();
      sources.pop_back();
      for (vertex_id v; (v = next_out(u)) != no_vertex;) {
        if constexpr (Kind == graph_kind::directed) {
          insert(u, v);
          ++out_[u];
        } else {
          if (next_in(v) != u) break;
          insert(u, v);
          // An undirected loop moves its one cursor twice.
          ++out_[u];
          ++(two_lists ? in_ : out_)[v];
          if (const vertex_id w = next_in(v); w != no_vertex) {
            sources.push_back(w);
          }
        }
      }
    }
  }

  vertex_id next_out(vertex_id v) { return next(from_.neighbors(v), out_[v]); }
  vertex_id next_in(vertex_id v) {
    return two_lists ? next(from_.in_neighbors(v), in_[v]) : next_out(v);
  }
  /// The first entry not yet copied; passes over those that are not seen.
  vertex_id next(std::span<const vertex_id> list, std::uint32_t& at) const {
    while (at < list.size() && !seen_(list[at])) ++at;
    return at < list.size() ? list[at] : no_vertex;
  }

  void insert(vertex_id u, vertex_id v) {
    if constexpr (std::is_void_v<Payload>) {
      to_.add_edge(u, v);
    } else {
      to_.add_edge(u, v, from_.half_edges<Payload>(u).payloads[out_[u]]);
    }
  }

  static constexpr bool two_lists = Kind == graph_kind::bidirectional;

  const telar::snapshot& from_;
  below seen_;
  telar::graph& to_;
  /// How far the copy is in each list.  Undirected: `out_`, of the one list.
  std::vector<std::uint32_t> out_;
  std::vector<std::uint32_t> in_;
};

}  // namespace telar::bgl::detail
