// Whether a dead participant's intent can be trusted.
#include "participant/intent.hpp"

#include <cstddef>

#include "error/raise.hpp"

namespace telar::detail {
namespace {

/// What an exchange may change in the other slot.
bool is_memory_of_partner(const segment& memory, std::uint32_t index,
                          std::uint64_t offset) {
  const std::uint32_t partner = get(memory.slot(index).partner);
  // Slots beyond are not committed: a store there would end the recoverer.
  if (partner == 0 ||
      partner > memory.clocks().slot_capacity.load(std::memory_order_acquire) ||
      get(memory.slot(partner - 1).taker) != index + 1) {
    return false;
  }
  const std::uint64_t other = slots_offset + (partner - 1) * sizeof(slot);
  return offset == other + offsetof(slot, arena) ||
         offset == other + offsetof(slot, spare) ||
         (offset >= other + offsetof(slot, queues) &&
          offset < other + offsetof(slot, queues) + sizeof(slot::queues));
}

/// What a change that is told to the feed moves besides: the head by one, the
/// number of vertices within their memory, and the record of a new key.
bool is_told(const segment& memory, std::uint64_t offset, std::uint64_t value) {
  const clocks& all = memory.clocks();
  const std::uint64_t vertices =
      all.vertex_capacity.load(std::memory_order_acquire);
  if (offset == clocks_offset + offsetof(clocks, changes_head)) {
    const std::uint64_t head = get(all.changes_head);
    return value == head || value == head + 1;
  }
  if (offset == clocks_offset + offsetof(clocks, vertex_count)) {
    return value <= vertices && value >= get(all.vertex_count);
  }
  const geometry& parts = memory.geometry();
  return memory.keyed() && offset >= parts.key_refs &&
         (offset - parts.key_refs) / sizeof(word64) < vertices;
}

bool is_redo_target(const segment& memory, std::uint32_t index,
                    std::uint64_t offset) {
  if (offset % sizeof(word64) != 0) return false;
  const std::uint64_t own = slots_offset + index * sizeof(slot);
  if (offset >= own + offsetof(slot, edges) && offset < own + sizeof(slot)) {
    return true;
  }
  if (is_memory_of_partner(memory, index, offset)) return true;
  const std::uint64_t versions = memory.geometry().versions;
  if (offset >= versions && offset < memory.geometry().key_refs) {
    return (offset - versions) / sizeof(word64) <
           memory.clocks().version_capacity.load(std::memory_order_acquire);
  }
  // The ring link of a bag, a version's, a key record, a payload.
  return memory.in_extents(offset / unit, 1);
}

}  // namespace

void validate_intent(const segment& memory, std::uint32_t index) {
  const slot& s = memory.slot(index);
  const intent& plan = s.intent;
  bool sound = get(plan.halves) <= 2 && get(plan.stores) <= max_redo &&
               (get(plan.lists) & ~(memory.bidirectional() ? 15u : 12u)) == 0;
  for (std::uint32_t i = 0; sound && i < get(plan.stores); ++i) {
    const std::uint64_t offset = get(plan.redo[i].offset);
    sound = is_redo_target(memory, index, offset) ||
            (memory.feeds() && offset % sizeof(word64) == 0 &&
             is_told(memory, offset, get(plan.redo[i].value)));
  }
  const std::uint64_t vertices =
      memory.clocks().vertex_capacity.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; sound && i < get(plan.halves); ++i) {
    sound = end_of(get(plan.ends), i) < vertices;
  }
  if (!sound) {
    raise(errc::corrupt, memory.name() + ": the intent of participant " +
                             std::to_string(index) + " is damaged (I11).");
  }
}

}  // namespace telar::detail
