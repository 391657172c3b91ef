// participant/intent.hpp: committing and applying what a participant wrote down.
//
// `apply` is one function for the writer and for whoever recovers it: all its
// values are absolute (I11), so being killed inside it, or applying twice, is
// no different from applying once.
#pragma once

#include "participant/order.hpp"
#include "segment/segment.hpp"

namespace telar::detail {

inline std::uint64_t phase_of(std::uint64_t state) { return state & 0xff; }
inline std::uint32_t epoch_of(std::uint64_t state) {
  return static_cast<std::uint32_t>(state >> 8);
}
inline std::uint64_t pack_state(std::uint32_t epoch, std::uint64_t phase) {
  return std::uint64_t{epoch} << 8 | phase;
}
inline vertex_id end_of(std::uint64_t ends, std::uint32_t half) {
  return static_cast<vertex_id>(ends >> (32 * half));
}

/// The word that a redo store names.  Requires: `is_redo_target`.
inline word64& redo_target(const segment& memory, std::uint64_t offset) {
  std::byte* base =
      offset < control_bytes ? memory.control()->address() : memory.origin();
  return *reinterpret_cast<word64*>(base + offset);
}

/// Stores all that the intent names.  The order: bookkeeping, then for each
/// half the epoch and the word.  Release: a reader that acquires the word sees
/// the entries, and the epoch is never older than the word (snapshots).
inline void apply(const segment& memory, slot& s) {
  const intent& plan = s.intent;
  const std::uint32_t stores = get(plan.stores);
  for (std::uint32_t i = 0; i < stores; ++i) {
    set(redo_target(memory, get(plan.redo[i].offset)), get(plan.redo[i].value));
  }
  set(s.edges, get(plan.edges));
  const std::uint32_t epoch = epoch_of(get(plan.state));
  const std::uint64_t ends = get(plan.ends);
  const std::uint32_t halves = get(plan.halves);
  const std::uint32_t lists = get(plan.lists);
  for (std::uint32_t i = 0; i < halves; ++i) {
    const vertex_id v = end_of(ends, i);
    memory.vertices()[v].epoch.store(epoch, std::memory_order_release);
    memory.word(lists >> i & 1, v)
        .store(get(plan.words[i]), std::memory_order_release);
  }
}

/// The commit point: after this store the change will be, whoever dies.
inline void commit_and_apply(const segment& memory, slot& s,
                             std::uint32_t epoch) {
  keep_order();
  s.intent.state.store(pack_state(epoch, phase_committed),
                       std::memory_order_release);
  keep_order();
  apply(memory, s);
  keep_order();
}

/// Makes this thread's slot busy while it works on its memory between changes:
/// a change that begins inside another one (in a signal handler) is refused.
/// Nothing waits for it, and a recoverer finds nothing to apply.
class inside_change {
 public:
  explicit inside_change(slot& me) : me_(me) {
    keep_order();
    me_.intent.state.store(pack_state(0, phase_preparing),
                           std::memory_order_release);
    keep_order();
  }
  ~inside_change() {
    keep_order();
    me_.intent.state.store(phase_idle, std::memory_order_release);
    keep_order();
  }
  inside_change(const inside_change&) = delete;

 private:
  slot& me_;
};

/// Throws `corrupt` unless a committed intent found in slot `index` only names
/// what an intent may.  Trusting it would let damage write anywhere.
void validate_intent(const segment& memory, std::uint32_t index);

}  // namespace telar::detail
