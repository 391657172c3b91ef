// graph/core.hpp: what a handle owns: the segment and the layers upon it.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <telar/graph.hpp>

#include "adjacency/append.hpp"
#include "adjacency/blocks.hpp"
#include "keys/key_table.hpp"
#include "participant/participants.hpp"
#include "participant/snapshots.hpp"
#include "segment/segment.hpp"

namespace telar::detail {

class core {
 public:
  core(std::unique_ptr<segment> mapped, wait_options patience);

  /// What is behind a handle: for tests and tools of the project.
  [[nodiscard]] static core& of(const graph& handle) { return *handle.core_; }

  /// A handle's core, to be kept beyond it, and one more handle to a core.
  [[nodiscard]] static std::shared_ptr<core> shared(const graph& handle) {
    return handle.core_;
  }
  [[nodiscard]] static graph handle_to(std::shared_ptr<core> c) {
    return graph(std::move(c));
  }

  /// The addresses that inlined reads need.
  [[nodiscard]] detail::reader reader() const;
  [[nodiscard]] payload_type payload() const;
  [[nodiscard]] std::uint64_t edge_count() const;

  /// As `telar::graph`'s; `v` is below the vertex count.
  [[nodiscard]] std::optional<vertex_id> find(std::string_view key) const;
  [[nodiscard]] std::optional<vertex_id> find(std::uint64_t key) const;
  [[nodiscard]] std::string_view key(vertex_id v) const;
  [[nodiscard]] std::uint64_t key_number(vertex_id v) const;

  /// Recovers the dead, and goes on with removals of vertices that they began.
  /// Returns how many participants were dead.  Throws as a change.
  std::uint64_t sweep();
  /// After so many changes of this thread: the same, once in 16,384, so that
  /// what the dead left half done is found even if nobody touches it.
  void sweep_now_and_then(std::uint64_t changes) {
    constexpr std::uint64_t changes_per_sweep = 1 << 14;
    slot& me = who.mine();
    const std::uint64_t now = get(me.operations);
    if (now / changes_per_sweep != (now - changes) / changes_per_sweep)
        [[unlikely]] {
      sweep_beside_changes(me);
    }
  }
  void sweep_beside_changes(slot& me);

  /// Of the dead who have been recovered: snapshots, removals of vertices.
  void finish_what_the_dead_began();

  std::unique_ptr<segment> owned;
  segment& memory;
  participants who;
  blocks space;
  snapshots register_of_snapshots;
  key_table keys;
  wait_options wait;
  payload_type payload_of_edges;
};

}  // namespace telar::detail
