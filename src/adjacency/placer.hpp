// adjacency/placer.hpp: whole adjacencies, put into a new graph that nobody else
// knows yet.  The same protocol as any change, one for each list instead of one
// for each edge.
#pragma once

#include <cstddef>
#include <span>

#include "adjacency/vertex_edit.hpp"

namespace telar::detail {

/// A list as it is to be: targets, and as many payloads behind each other.
struct whole_list {
  std::span<const vertex_id> targets;
  const std::byte* payloads = nullptr;
};

class placer : public vertex_editor {
 public:
  using vertex_editor::vertex_editor;

  /// Gives a vertex one of its lists, 0 out or 1 in.
  /// Requires: it has none; nobody else has the graph.  Throws `no_space`.
  void place(vertex_id v, std::uint32_t list, const whole_list& all);

  /// Says how many edges those lists are.
  void count_edges(std::uint64_t edges);

 private:
  attempt try_place(vertex_id v, std::uint32_t list, const whole_list& all);
};

}  // namespace telar::detail
