// participant/intent.hpp: committing and applying what a participant wrote down.
//
// `apply` is one function for the writer and for whoever recovers it: all its
// values are absolute (I11), so being killed inside it, or applying twice, is
// no different from applying once.  Inlined, since how many halves a change has,
// and in which lists, is a constant where it is made.
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

/// What an intent says.  The writer fills one in and need not read its slot
/// again; a recoverer reads it from the slot.
struct change {
  std::uint32_t epoch = 0;
  std::uint32_t halves = 0;
  std::uint32_t lists = 0;   ///< And marks: see intent::lists.
  std::uint32_t stores = 0;  ///< Of the slot's `redo`.
  std::uint64_t ends = 0;
  std::uint64_t words[2] = {};
  std::uint64_t edges = 0;
};

/// Stores all that a change names.  The order: bookkeeping, then for each half
/// the epoch and the word.  Release: a reader that acquires the word sees the
/// entries, and the epoch is never older than the word (snapshots).
[[gnu::always_inline]] inline void apply(const segment& memory, slot& s,
                                         const change& what) {
  for (std::uint32_t i = 0; i < what.stores; ++i) {
    const redo_store& redo = s.intent.redo[i];
    redo_target(memory, get(redo.offset))
        .store(get(redo.value), std::memory_order_release);
    marker();
  }
  // Release: pairs with the snapshot's look at edges_epoch, which is older.
  s.edges.store(what.edges, std::memory_order_release);
#pragma GCC unroll 2
  for (std::uint32_t i = 0; i < what.halves; ++i) {
    const vertex_id v = end_of(what.ends, i);
    const std::uint32_t mark = what.lists << (29 - i) & removed_mark;
    memory.vertices()[v].epoch.store(what.epoch | mark,
                                     std::memory_order_release);
    marker();
    memory.word(what.lists >> i & 1, v)
        .store(what.words[i], std::memory_order_release);
    marker();
  }
}

/// Writes a change into the intent, all but its redo stores, which are there.
/// Then the commit point: after that store the change will be, whoever dies.
[[gnu::always_inline]] inline void commit_and_apply(const segment& memory,
                                                    slot& s,
                                                    const change& what) {
  intent& plan = s.intent;
  for (std::uint32_t i = 0; i < what.halves; ++i) {
    set(plan.words[i], what.words[i]);
  }
  set(plan.edges, what.edges);
  set(plan.halves, what.halves);
  set(plan.lists, what.lists);
  set(plan.stores, what.stores);
  keep_order();
  plan.state.store(pack_state(what.epoch, phase_committed),
                   std::memory_order_release);
  keep_order();
  apply(memory, s, what);
  keep_order();
}

/// Applies what a dead participant committed.  Requires: `validate_intent`.
inline void apply_found(const segment& memory, slot& s) {
  const intent& plan = s.intent;
  apply(memory, s,
        {epoch_of(get(plan.state)),
         get(plan.halves),
         get(plan.lists),
         get(plan.stores),
         get(plan.ends),
         {get(plan.words[0]), get(plan.words[1])},
         get(plan.edges)});
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
