// Claiming extents that belong to nobody.
//
// The claim is on record (`want`) before the first extent is marked, and only
// extents that were seen free are put on record.  So whoever owns the slot next
// knows: marked and wanted means claimed and not yet used.
#include <algorithm>

#include "adjacency/blocks.hpp"
#include "error/raise.hpp"

namespace telar::detail {

void blocks::claim(slot& me, std::uint64_t units) {
  if (resume_claim(me)) return;
  const std::uint64_t needed = (units + extent_units - 1) / extent_units;
  // Who has claimed much will want more: up to 1 MiB at once.
  std::uint64_t count =
      std::max(needed, std::min<std::uint64_t>(get(me.claimed) / 8, 16));
  std::uint64_t first = find_free_run(count);
  try {
    memory_.grow_extents(first + count);
  } catch (const error& refused) {
    if (refused.code() != errc::no_space || count == needed) throw;
    count = needed;
    first = find_free_run(count);
    memory_.grow_extents(first + count);
  }
  memory_.populate(memory_.geometry().extents + first * extent_bytes,
                   count * extent_bytes);
  set(me.want, first << 32 | count);
  keep_order();
  const std::uint32_t mark = who_.index_of(me) + 1;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint32_t free = 0;
    // A run that another participant has entered ends there.
    if (!memory_.extent_owner(first + i).compare_exchange_strong(
            free, mark, std::memory_order_seq_cst)) {
      break;
    }
  }
  keep_order();
  (void)resume_claim(me);
}

/// Turns the wanted extents that are ours into the spare.  False: none are.
bool blocks::resume_claim(slot& me) {
  const std::uint64_t want = get(me.want);
  if (want == 0) return false;
  const std::uint64_t first = want >> 32;
  const std::uint64_t count = want & 0xffffffffu;
  const std::uint32_t mark = who_.index_of(me) + 1;
  const std::uint64_t most =
      memory_.clocks().extent_capacity.load(std::memory_order_acquire);
  if (first + count > most) {
    raise(errc::corrupt, memory_.name() + ": a claim is damaged (I12).");
  }
  std::uint64_t ours = 0;
  while (ours < count &&
         memory_.extent_owner(first + ours).load(std::memory_order_acquire) ==
             mark) {
    ++ours;
  }
  block_plan plan(memory_, me, sizes_);
  plan.store(me.want, 0);
  if (ours != 0) {
    plan.set_spare({memory_.geometry().first_unit() + first * extent_units,
                    ours * extent_units});
    plan.store(me.claimed, get(me.claimed) + ours);
  }
  commit(me, plan);
  raise_to(memory_.clocks().extent_frontier, first + ours);
  return ours != 0;
}

std::uint64_t blocks::find_free_run(std::uint64_t count) {
  const std::uint64_t most = memory_.geometry().max_extents;
  const std::uint64_t committed =
      memory_.clocks().extent_capacity.load(std::memory_order_acquire);
  std::uint64_t first =
      memory_.clocks().extent_frontier.load(std::memory_order_relaxed);
  // What is not committed yet is not claimed either.
  for (std::uint64_t i = first; i < std::min(first + count, committed); ++i) {
    if (memory_.extent_owner(i).load(std::memory_order_acquire) != 0) {
      first = i + 1;
    }
  }
  return std::min(first, most);
}

}  // namespace telar::detail
