// tests/support/edge_list.hpp: a graph as the plain list of its edges, in the
// order of insertion: what every adjacency, live or in a snapshot, must agree
// with after insertions, removals and changes of payloads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <telar/graph.hpp>

#include "support/process.hpp"

namespace telar::test {

class edge_list {
 public:
  explicit edge_list(graph_kind kind) : kind_(kind) {}

  [[nodiscard]] std::uint64_t vertices() const { return removed_.size(); }
  [[nodiscard]] std::uint64_t edges() const { return edges_.size(); }
  [[nodiscard]] bool is_removed(vertex_id v) const { return removed_[v]; }
  /// The ends of the i-th edge.
  [[nodiscard]] endpoints operator[](std::size_t i) const {
    return {edges_[i].source, edges_[i].target};
  }

  void add_vertex(vertex_id v) {
    if (v >= removed_.size()) removed_.resize(v + 1);
    removed_[v] = false;
  }
  void add(vertex_id u, vertex_id v, std::uint64_t payload) {
    edges_.push_back({u, v, payload});
  }
  /// The first edge between them, as `graph::remove_edge` finds it.
  bool remove(vertex_id u, vertex_id v) {
    const auto found = first(u, v);
    if (found == edges_.end()) return false;
    edges_.erase(found);
    return true;
  }
  bool set_first(vertex_id u, vertex_id v, std::uint64_t payload) {
    const auto found = first(u, v);
    if (found == edges_.end()) return false;
    found->payload = payload;
    return true;
  }
  void clear(vertex_id v) {
    std::erase_if(edges_,
                  [&](const row& e) { return e.source == v || e.target == v; });
  }
  void remove_vertex(vertex_id v) {
    clear(v);
    removed_[v] = true;
  }

  /// Throws unless a graph, or a snapshot, is this.
  template <typename Graph>
  void require_equal(const Graph& g) const {
    require(g.vertex_count() == vertices(), "another number of vertices");
    require(g.edge_count() == edges(), "another number of edges");
    std::vector<list> out(vertices());
    std::vector<list> in(vertices());
    for (const auto& [source, target, payload] : edges_) {
      out[source].emplace_back(target, payload);
      auto& back = kind_ == graph_kind::undirected ? out : in;
      back[target].emplace_back(source, payload);
    }
    for (vertex_id v = 0; v < vertices(); ++v) {
      require(g.is_removed(v) == removed_[v], "a vertex is removed, or not");
      require(listed(g.template half_edges<std::uint64_t>(v)) == out[v],
              "another adjacency");
      if (kind_ != graph_kind::bidirectional) continue;
      require(listed(g.template in_half_edges<std::uint64_t>(v)) == in[v],
              "other in-edges");
    }
  }

 private:
  struct row {
    vertex_id source;
    vertex_id target;
    std::uint64_t payload;
  };
  using list = std::vector<std::pair<vertex_id, std::uint64_t>>;

  static list listed(const detail::half_edges<std::uint64_t>& all) {
    list made;
    for (std::size_t i = 0; i < all.targets.size(); ++i) {
      made.emplace_back(all.targets[i], all.payloads[i]);
    }
    return made;
  }
  std::vector<row>::iterator first(vertex_id u, vertex_id v) {
    return std::find_if(edges_.begin(), edges_.end(), [&](const row& e) {
      return (e.source == u && e.target == v) ||
             (kind_ == graph_kind::undirected && e.source == v &&
              e.target == u);
    });
  }

  graph_kind kind_;
  std::vector<row> edges_;
  std::vector<bool> removed_;
};

}  // namespace telar::test
