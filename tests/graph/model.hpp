// tests/graph/model.hpp: a graph of Boost.Graph beside a shared graph, changed
// by the same calls and compared with it.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/graph/adjacency_list.hpp>
#include <catch2/catch.hpp>

#include <telar/graph.hpp>

namespace telar::test {

/// The `adjacency_list` that a shared graph of this kind behaves as.
template <typename Directed>
class model {
 public:
  static constexpr bool undirected =
      std::is_same_v<Directed, boost::undirectedS>;
  static constexpr bool bidirectional =
      std::is_same_v<Directed, boost::bidirectionalS>;
  static constexpr graph_kind kind = undirected      ? graph_kind::undirected
                                     : bidirectional ? graph_kind::bidirectional
                                                     : graph_kind::directed;

  explicit model(parallel_edges parallel)
      : forbid_(parallel == parallel_edges::forbid) {}

  void add_vertices(std::uint64_t count) {
    for (; count != 0; --count) boost::add_vertex(list_);
  }

  /// What `graph::add_edge` must return.
  insertion add_edge(vertex_id u, vertex_id v, double weight) {
    const bool is_new = present_.insert(name_of(u, v)).second;
    if (!is_new && forbid_) return {*find_edge(u, v), false};
    const auto position =
        static_cast<std::uint32_t>(boost::out_degree(u, list_));
    boost::add_edge(u, v, weight, list_);
    const auto [first, second] = name_of(u, v);
    edges_.emplace(first, second, weight);
    return {{u, v, position}, true};
  }

  [[nodiscard]] std::optional<edge> find_edge(vertex_id u, vertex_id v) const {
    const std::vector<vertex_id> targets = out(u).first;
    const auto found = std::find(targets.begin(), targets.end(), v);
    if (found == targets.end()) return std::nullopt;
    return edge{u, v, static_cast<std::uint32_t>(found - targets.begin())};
  }

  /// Compares all that can be read.
  void check_against(const graph& g) const {
    REQUIRE(g.vertex_count() == boost::num_vertices(list_));
    REQUIRE(g.edge_count() == boost::num_edges(list_));
    for (vertex_id v = 0; v < g.vertex_count(); ++v) check_vertex(g, v);
    REQUIRE(edges_of(g) == edges_);
  }

 private:
  using adjacency = std::pair<std::vector<vertex_id>, std::vector<double>>;
  using named_edges = std::multiset<std::tuple<vertex_id, vertex_id, double>>;
  using list =
      boost::adjacency_list<boost::vecS, boost::vecS, Directed,
                            boost::no_property,
                            boost::property<boost::edge_weight_t, double>>;

  static std::pair<vertex_id, vertex_id> name_of(vertex_id u, vertex_id v) {
    return undirected && v < u ? std::pair(v, u) : std::pair(u, v);
  }

  [[nodiscard]] double weight(const auto& e) const {
    return boost::get(boost::edge_weight, list_, e);
  }
  [[nodiscard]] vertex_id other_end(const auto& e, bool in) const {
    return static_cast<vertex_id>(in ? boost::source(e, list_)
                                     : boost::target(e, list_));
  }
  [[nodiscard]] adjacency collect(const auto& range, bool in) const {
    adjacency all;
    for (auto e = range.first; e != range.second; ++e) {
      all.first.push_back(other_end(*e, in));
      all.second.push_back(weight(*e));
    }
    return all;
  }
  [[nodiscard]] adjacency out(vertex_id v) const {
    return collect(boost::out_edges(v, list_), false);
  }

  static void check_list(const detail::half_edges<double>& seen,
                         std::span<const vertex_id> targets,
                         const adjacency& expected) {
    REQUIRE(std::vector(targets.begin(), targets.end()) == expected.first);
    REQUIRE(std::vector(seen.targets.begin(), seen.targets.end()) ==
            expected.first);
    REQUIRE(std::vector(seen.payloads.begin(), seen.payloads.end()) ==
            expected.second);
  }

  void check_vertex(const graph& g, vertex_id v) const {
    REQUIRE(g.degree(v) == boost::out_degree(v, list_));
    check_list(g.half_edges<double>(v), g.neighbors(v), out(v));
    if constexpr (bidirectional) {
      REQUIRE(g.in_degree(v) == boost::in_degree(v, list_));
      check_list(g.in_half_edges<double>(v), g.in_neighbors(v),
                 collect(boost::in_edges(v, list_), true));
    }
  }

  static named_edges edges_of(const graph& g) {
    named_edges all;
    vertex_id last = 0;
    g.for_each_edge([&](const edge& e) {
      REQUIRE(e.source >= last);
      last = e.source;
      REQUIRE(g.neighbors(e.source)[e.position] == e.target);
      if (undirected) REQUIRE(e.source <= e.target);
      all.emplace(e.source, e.target, g.payload<double>(e));
    });
    return all;
  }

  list list_;
  named_edges edges_;  ///< What `for_each_edge` visits.
  std::set<std::pair<vertex_id, vertex_id>> present_;
  bool forbid_;
};

}  // namespace telar::test
