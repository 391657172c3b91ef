// adjacency/edge_ends.hpp: which end of its edge an entry of an adjacency is, and
// a name that it has in common with the entry at the other end.
#pragma once

#include <cstdint>

#include <telar/types.hpp>

namespace telar::detail {

/// An entry, as an end of its edge.
struct edge_end {
  bool first;          ///< Undirected: the lower vertex's; else an out-entry.
  std::uint64_t ends;  ///< first vertex << 32 | second, the same at both ends.
};

/// Goes along one list of a vertex, 0 out or 1 in, entry by entry.
class edge_ends {
 public:
  edge_ends(graph_kind kind, vertex_id v, std::uint32_t list)
      : undirected_(kind == graph_kind::undirected), v_(v), out_(list == 0) {}

  [[nodiscard]] edge_end next(vertex_id target) {
    bool first = out_;
    // The entries of an undirected loop alternate (I4).
    if (undirected_) first = target == v_ ? loops_++ % 2 == 0 : v_ < target;
    return {first, first ? std::uint64_t{v_} << 32 | target
                         : std::uint64_t{target} << 32 | v_};
  }
  /// Whether an undirected loop has had one of its two entries only.
  [[nodiscard]] bool half_a_loop() const { return loops_ % 2 != 0; }

 private:
  bool undirected_;
  vertex_id v_;
  bool out_;
  std::uint64_t loops_ = 0;
};

}  // namespace telar::detail
