// adjacency/feed.hpp: telling the feed of a change, as part of the change.
//
// An entry is written beyond the feed's head, where nobody looks, by whoever
// has the feed's owner word; that the head moves to it is one of the stores of
// the change's intent.  So a change is in the feed exactly if it was committed,
// and one who is killed leaves no hole: until he is recovered nobody else has a
// turn.
//
// The turn is taken last, with the vertices held, so the feed has the changes
// of each vertex in their order, and no cycle of waiting can form.
#pragma once

#include <cstdint>

#include "adjacency/block_plan.hpp"
#include "participant/owner_lock.hpp"

namespace telar::detail {

/// What is told of a change.
struct news {
  std::uint32_t kind = 0;         ///< A change_kind; 0: nothing is told.
  std::uint32_t rank = 0;         ///< As change::rank.
  vertex_id source = 0;           ///< Or the vertex.
  vertex_id target = 0;           ///< Or how many vertices.
  const void* payload = nullptr;  ///< Of an edge; null: zero bytes.
};

inline news told_edge(change_kind kind, vertex_id source, vertex_id target,
                      const void* payload, std::uint32_t rank = 0) {
  return {static_cast<std::uint32_t>(kind), rank, source, target, payload};
}
inline news told_vertices(change_kind kind, vertex_id first,
                          std::uint64_t count = 1) {
  return {static_cast<std::uint32_t>(kind), 0, first,
          static_cast<std::uint32_t>(count), nullptr};
}

/// Whether a graph of so many vertices can have had such a change: see
/// change_entry.
[[nodiscard]] bool is_possible(change_kind kind, std::uint64_t ends,
                               std::uint64_t vertices);

/// A turn at the feed: from its beginning to its end nobody else tells
/// anything, nor adds vertices.
class feed_turn {
 public:
  /// Waits, and throws, as `lock` does.  If it had to wait, the epoch of a
  /// change is not published any more: see `still_of`.
  /// Requires: the slot is inside a change.
  feed_turn(const segment& memory, const locker& by);
  /// The change is over: it will not be redone.
  ~feed_turn();
  feed_turn(const feed_turn&) = delete;

  /// Whether a change of this epoch can go on; false: the epoch has moved while
  /// the turn was waited for.
  [[nodiscard]] bool still_of(std::uint32_t epoch) const;

  /// Writes the entry of a change, whose stores are in the intent, and adds one
  /// to these: that the head moves there.
  void tell(change& what, std::uint32_t epoch, const news& told) const;

  /// Tells of a change that consists of the stores of `plan` alone, and makes
  /// it.
  void commit(block_plan& plan, const news& told) const;

 private:
  const segment& memory_;
  const locker& by_;
};

}  // namespace telar::detail
