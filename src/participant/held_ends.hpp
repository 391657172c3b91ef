// participant/held_ends.hpp: the two vertices of a change, locked, and the epoch
// that the change belongs to.  The numbers are the steps of src/README.md.
#pragma once

#include <algorithm>

#include "participant/owner_lock.hpp"

namespace telar::detail {

/// Holds the vertices of a change, and its epoch.  Steps 1 to 4; at the end,
/// whatever happened, step 8.
class held_ends {
 public:
  /// Waits as `lock` does, and throws what it throws.
  held_ends(const segment& memory, const locker& by, vertex_id a, vertex_id b)
      : held_ends(memory, by) {
    intent& plan = by.me.intent;
    // 1: publish the epoch.  Acquire: pairs with the CAS of a snapshot.  First
    // of all, so that a change in a signal handler finds us inside ours.
    const clocks& all = memory.clocks();
    epoch_ = all.epoch.load(std::memory_order_acquire);
    plan.state.store(pack_state(epoch_, phase_preparing),
                     std::memory_order_release);
    keep_order();
    // 2: before the first lock is tried; recovery looks at both (I7).
    set(plan.ends, std::uint64_t{b} << 32 | a);
    set(by.me.operations, get(by.me.operations) + 1);
    keep_order();
    // 3: the lower first, so that no cycle of waiting can form.
    lower_ = locked(std::min(a, b));
    keep_order();
    if (a != b) higher_ = locked(std::max(a, b));
    // 4: the epoch counts as read with both locks held, hence vertex epochs
    // never go back.  The locked instructions above are the fence.
    if (all.epoch.load(std::memory_order_seq_cst) != epoch_ ||
        epoch_of(get(plan.state)) != epoch_) [[unlikely]] {
      do {
        epoch_ = all.epoch.load(std::memory_order_acquire);
        plan.state.store(pack_state(epoch_, phase_preparing),
                         std::memory_order_seq_cst);
      } while (all.epoch.load(std::memory_order_seq_cst) != epoch_);
    }
  }

  // Inlined even where an exception passes: or all of this would be kept in
  // memory for it.
  [[gnu::always_inline]] ~held_ends() {
    // 8: the intent first, or it would be redone over newer words.  Idle only
    // when both vertices are free: a signal handler's change before that would
    // overwrite `ends`, and might wait for us.
    keep_order();
    by_.me.intent.state.store(pack_state(0, phase_preparing),
                              std::memory_order_release);
    keep_order();
    if (higher_) unlock(*higher_);
    if (lower_) unlock(*lower_);
    keep_order();
    by_.me.intent.state.store(phase_idle, std::memory_order_release);
    keep_order();
  }
  held_ends(const held_ends&) = delete;

  [[nodiscard]] std::uint32_t epoch() const { return epoch_; }

 private:
  // Delegated to, so that the destructor runs if a lock is not had.
  held_ends(const segment& memory, const locker& by)
      : memory_(memory), by_(by) {}

  word32* locked(vertex_id v) {
    word32& owner = memory_.vertices()[v].owner;
    lock(by_, owner, v);
    return &owner;
  }

  const segment& memory_;
  const locker& by_;
  word32* lower_ = nullptr;
  word32* higher_ = nullptr;
  std::uint32_t epoch_ = 0;
};

}  // namespace telar::detail
