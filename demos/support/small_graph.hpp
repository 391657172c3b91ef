// demos/support/small_graph.hpp: the notebook's graph of five vertices, before
// and after its workers connect 1, 2 and 3 to 5.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <telar/graph.hpp>
#include <vector>

namespace demo {

/// Each vertex with its neighbours.
using table = std::map<std::uint64_t, std::vector<std::uint64_t>>;

inline const table before{
    {1, {2, 3, 4}}, {2, {1, 3}}, {3, {1, 2}}, {4, {1}}, {5, {}}};
inline const table after{{1, {2, 3, 4, 5}},
                         {2, {1, 3, 5}},
                         {3, {1, 2, 5}},
                         {4, {1}},
                         {5, {1, 2, 3}}};

inline void connect(telar::graph& g, std::uint64_t a, std::uint64_t b) {
  g.add_edge(g.vertex(a), g.vertex(b));
}

inline telar::graph make_graph(telar::placement where) {
  auto g = telar::graph::create(
      where, {.keys = telar::key_kind::u64, .reserve = 64 << 20});
  for (const auto& [node, neighbours] : before) {
    g.vertex(node);
    for (const auto other : neighbours) {
      if (node < other) connect(g, node, other);
    }
  }
  return g;
}

/// 5's neighbours come in the order in which the workers met it: sorted.
inline table table_of(const telar::graph& g) {
  table found;
  for (telar::vertex_id v = 0; v < g.vertex_count(); ++v) {
    auto& row = found[g.key_number(v)];
    for (const auto other : g.neighbors(v)) row.push_back(g.key_number(other));
  }
  std::ranges::sort(found[5]);
  return found;
}

}  // namespace demo
