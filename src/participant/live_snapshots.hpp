// participant/live_snapshots.hpp: what writers and the reclaimer ask about
// snapshots: which epochs are being read, and since when memory is held.
//
// Taking a snapshot and these looks are ordered by the epoch (I13): an entry is
// there before the epoch moves on.  Giving one back while somebody looks only
// keeps more than is needed.  When a snapshot gets a second entry (in a forked
// child), a look that began before it may miss both, the new one and, because it
// is given back, the old one: `adoptions` tells it to look again.
#pragma once

#include <algorithm>

#include "participant/order.hpp"
#include "segment/segment.hpp"

namespace telar::detail {

/// How many entries may be in use.
inline std::uint32_t snapshot_count(const segment& memory) {
  if (get(memory.clocks().snapshot_capacity) == 0) return 0;
  // Acquire: pairs with whoever raised it, after the table was committed.
  return std::min(
      memory.clocks().snapshot_frontier.load(std::memory_order_acquire),
      max_snapshots);
}

/// Calls `look(entry number, epoch)` for all live snapshots, and again for all
/// of them if one was adopted meanwhile; `begin` before each round.
template <typename Begin, typename Look>
void for_each_snapshot(const segment& memory, Begin begin, Look look) {
  const word32& adoptions = memory.clocks().adoptions;
  std::uint32_t before;
  do {
    // Sequentially consistent: see adopt().
    before = adoptions.load(std::memory_order_seq_cst);
    begin();
    const std::uint32_t count = snapshot_count(memory);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t epoch =
          memory.snapshots().epochs[i].load(std::memory_order_seq_cst);
      if (epoch != 0) look(i, epoch);
    }
  } while (adoptions.load(std::memory_order_seq_cst) != before);
}

/// Which states of vertices live snapshots read.
struct snapshot_needs {
  std::uint32_t oldest = 0;  ///< Epoch of the oldest; 0: there is none.
  bool since = false;        ///< One reads the state that is asked about.
};

/// What snapshots need of a vertex that changed last at `changed`, and is about
/// to change at `now`.
inline snapshot_needs needs_of_snapshots(const segment& memory,
                                         std::uint32_t changed,
                                         std::uint32_t now) {
  snapshot_needs found;
  for_each_snapshot(
      memory, [&] { found = {}; },
      [&](std::uint32_t, std::uint32_t epoch) {
        if (found.oldest == 0 || epoch < found.oldest) found.oldest = epoch;
        if (epoch >= changed && epoch < now) found.since = true;
      });
  return found;
}

}  // namespace telar::detail
