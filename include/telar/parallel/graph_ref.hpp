// telar/parallel/graph_ref.hpp: a graph on its way to a task: plain bytes, which
// find the graph wherever they arrive.
#pragma once

#include <cstdint>

namespace telar {

class graph;

/// Names a graph for tasks: copy it, put it into a struct, pass it to a
/// `worker_pool`.
///
/// In the process that made it, and in all forked from it since, it is the
/// handle itself: the same graph for the placements shared, file and anonymous;
/// for an isolated one the copy of that process.  A worker forked *before* it
/// was made opens a shared or file graph by its name, once, and keeps it open.
/// It cannot reach an anonymous or isolated one: make the graph, and its
/// graph_ref, before the `worker_pool`.
///
/// Lifetime: the `graph` must not be moved or destroyed while a reference is
/// used.  Of the last 4,096 made in a process each works; older ones open by
/// name.
class graph_ref {
 public:
  /// Throws `bad_argument` when the name or path is longer than 207 bytes.
  /// Concurrency: concurrent.
  explicit graph_ref(const graph& which);

  /// The graph here.  Throws as `graph::open`; `not_found` where it cannot be
  /// reached; `incompatible` when its name stands for another graph now.
  /// Complexity: O(1).  Concurrency: concurrent.
  [[nodiscard]] graph& get() const;
  graph& operator*() const { return get(); }
  graph* operator->() const { return &get(); }

 private:
  std::uint64_t number_;  ///< {process : 32, its count of references : 32}.
  std::uint32_t placement_;
  char uuid_[36];
  char name_[208];
};

}  // namespace telar
