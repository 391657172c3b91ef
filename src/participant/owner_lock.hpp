// participant/owner_lock.hpp: the lock of a vertex: its `owner` word names the
// participant that holds it, so whoever waits knows whom to ask, and whom to
// recover if there is no answer.
#pragma once

#include <telar/options.hpp>

#include "participant/futex.hpp"
#include "participant/intent.hpp"
#include "participant/participants.hpp"

namespace telar::detail {

/// Who locks, and how long it waits.
struct locker {
  participants& who;
  slot& me;
  std::uint32_t mark;  ///< Slot index + 1.
  const wait_options& wait;
};

/// In place of a vertex, in messages: the feed of changes.
inline constexpr vertex_id the_feed = no_vertex - 1;

/// Waits for a vertex: un-publishes the epoch (a snapshot waits only for those
/// inside their critical section), looks whether the holder is dead before the
/// first sleep, and then sleeps half a millisecond at most at a time: a wake-up
/// can be lost with whoever should have sent it.
/// `no_vertex`: the word is that of the register of snapshots; `the_feed`: that
/// of the feed of changes.
/// Throws `timed_out` naming the holder, `busy` when stopped.
void lock_slowly(const locker& by, word32& owner, vertex_id v);

/// Locks a vertex.  Sequentially consistent: the locked instruction is also
/// the fence between publishing the epoch and reading the global one again.
inline void lock(const locker& by, word32& owner, vertex_id v) {
  std::uint32_t free = 0;
  if (!owner.compare_exchange_strong(free, by.mark, std::memory_order_seq_cst,
                                     std::memory_order_relaxed)) [[unlikely]] {
    lock_slowly(by, owner, v);
  }
}

/// Release: pairs with the acquisition in `lock`; the next holder sees our
/// stores.  Without waiters a plain store does: were one to mark itself between
/// the look and the store, it sleeps half a millisecond in vain.  An exchange
/// here would wait for the store of the entry, which misses the cache.
inline void unlock(word32& owner) {
  if (owner.load(std::memory_order_relaxed) & waiters) [[unlikely]] {
    owner.exchange(0, std::memory_order_release);
    futex_wake_one(owner);
  } else {
    owner.store(0, std::memory_order_release);
  }
}

}  // namespace telar::detail
