// telar/bgl/ordered_copy.hpp: a deep copy of a graph in which every adjacency
// has the order of the original.  Not part of the API.
//
// Copying edges by source vertex would change the order of the other end's
// list, and with it the order in which a copy is searched.  So an edge is
// copied when it comes next at both its ends, which some edge always does:
// insertion locked both ends, so the order of insertion is such an order.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include <telar/bgl/functions.hpp>

namespace telar::bgl::detail {

/// Copies what a view sees.  Complexity: O(vertices + edges).
/// Concurrency: others may insert into the original meanwhile; every edge
/// whose insertion had returned at the beginning is copied.
template <graph_kind Kind, typename Payload>
class ordered_copy {
 public:
  /// `to` has no vertices, and keys of the same sort.
  ordered_copy(const view<Kind, Payload>& from, telar::graph& to)
      : from_(from), to_(to) {}

  void run() {
    copy_vertices();
    measure();
    for (vertex_id v = 0; v < from_.bound(); ++v) copy_edges(v);
  }

 private:
  /// How far the copy is in a list, and how long the list was.
  struct cursor {
    std::uint32_t next = 0;
    std::uint32_t size = 0;
  };

  void copy_vertices() {
    const telar::graph& old = from_.handle();
    if (old.keys() == key_kind::none) {
      if (from_.bound() != 0) to_.add_vertices(from_.bound());
      return;
    }
    for (vertex_id v = 0; v < from_.bound(); ++v) {
      if (old.keys() == key_kind::string) {
        to_.vertex(old.key(v));
      } else {
        to_.vertex(old.key_number(v));
      }
    }
  }

  void measure() {
    out_.resize(from_.bound());
    if (two_lists) in_.resize(from_.bound());
    for (vertex_id v = 0; v < from_.bound(); ++v) {
      out_[v].size = from_.handle().degree(v);
      if (two_lists) in_[v].size = from_.handle().in_degree(v);
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
          ++out_[u].next;
        } else {
          if (next_in(v) != u) break;
          insert(u, v);
          // An undirected loop moves its one cursor twice.
          ++out_[u].next;
          ++(two_lists ? in_ : out_)[v].next;
          if (const vertex_id w = next_in(v); w != no_vertex) {
            sources.push_back(w);
          }
        }
      }
    }
  }

  vertex_id next_out(vertex_id v) {
    return next(from_.handle().neighbors(v), out_[v]);
  }
  vertex_id next_in(vertex_id v) {
    return next(in_list(from_, v), (two_lists ? in_ : out_)[v]);
  }
  /// The first entry not yet copied; passes over those that the view does not
  /// see.
  vertex_id next(std::span<const vertex_id> list, cursor& at) const {
    while (at.next < at.size && !from_.seen()(list[at.next])) ++at.next;
    return at.next < at.size ? list[at.next] : no_vertex;
  }

  void insert(vertex_id u, vertex_id v) {
    if constexpr (std::is_void_v<Payload>) {
      to_.add_edge(u, v);
    } else {
      const auto all = from_.handle().template half_edges<Payload>(u);
      to_.add_edge(u, v, all.payloads[out_[u].next]);
    }
  }

  static constexpr bool two_lists = Kind == graph_kind::bidirectional;

  const view<Kind, Payload>& from_;
  telar::graph& to_;
  std::vector<cursor> out_;  ///< Undirected: of the one list.
  std::vector<cursor> in_;
};

}  // namespace telar::bgl::detail
