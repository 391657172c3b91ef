// Telling the feed.
#include "adjacency/feed.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace telar::detail {
namespace {

/// Bytes into words, the last filled up with zeros.
void write_bytes(word64* to, const void* bytes, std::uint64_t size) {
  const auto* from = static_cast<const std::byte*>(bytes);
  for (std::uint64_t i = 0; i < size; i += sizeof(word64)) {
    std::uint64_t word = 0;
    if (from) {
      std::memcpy(&word, from + i, std::min(size - i, sizeof word));
    }
    set(*to++, word);
  }
}

}  // namespace

bool is_possible(change_kind kind, std::uint64_t ends, std::uint64_t vertices) {
  const std::uint64_t first = ends & 0xffffffffu;
  const std::uint64_t second = ends >> 32;
  if (kind < change_kind::add_vertices || kind > change_kind::set_payload) {
    return false;
  }
  return kind <= change_kind::clear_out_edges
             ? second != 0 && first + second <= vertices
             : std::max(first, second) < vertices;
}

feed_turn::feed_turn(const segment& memory, const locker& by)
    : memory_(memory), by_(by) {
  lock(by, memory.clocks().changes_owner, the_feed);
  keep_order();
}

feed_turn::~feed_turn() {
  // The intent first, or it would be redone over what others told since.
  keep_order();
  by_.me.intent.state.store(pack_state(0, phase_preparing),
                            std::memory_order_release);
  keep_order();
  unlock(memory_.clocks().changes_owner);
  keep_order();
}

bool feed_turn::still_of(std::uint32_t epoch) const {
  intent& plan = by_.me.intent;
  if (epoch_of(get(plan.state)) == epoch) [[likely]]
    return true;
  // Sequentially consistent, both: as step 4 of held_ends.
  plan.state.store(pack_state(epoch, phase_preparing),
                   std::memory_order_seq_cst);
  return memory_.clocks().epoch.load(std::memory_order_seq_cst) == epoch;
}

void feed_turn::tell(change& what, std::uint32_t epoch,
                     const news& told) const {
  const std::uint64_t number = get(memory_.clocks().changes_head) + 1;
  change_entry& entry = memory_.change(number);
  // Release: pairs with the fence in change_feed::read().  Whoever has read any
  // of what follows sees a head that is too close to what was here before.
  std::atomic_thread_fence(std::memory_order_release);
  set(entry.number, number);
  set(entry.ends, std::uint64_t{told.target} << 32 | told.source);
  set(entry.epoch, epoch);
  set(entry.rank, told.rank);
  set(entry.kind, told.kind);
  set(entry.process, get(by_.me.pid));
  // Zeros where the change has none.
  write_bytes(reinterpret_cast<word64*>(&entry + 1), told.payload,
              memory_.what().payload_size);
  redo_store& move = by_.me.intent.redo[what.stores++];
  set(move.offset, clocks_offset + offsetof(clocks, changes_head));
  set(move.value, number);
}

void feed_turn::commit(block_plan& plan, const news& told) const {
  change what{.stores = plan.record(), .edges = get(by_.me.edges)};
  tell(what, get(memory_.clocks().epoch), told);
  commit_and_apply(memory_, by_.me, what);
}

}  // namespace telar::detail
