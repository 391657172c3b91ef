// Waiting for a vertex.
#include "participant/owner_lock.hpp"

#include <algorithm>
#include <chrono>

#include "error/raise.hpp"

namespace telar::detail {
namespace {

using clock = std::chrono::steady_clock;

std::string name_of(const locker& by, vertex_id v) {
  if (v == no_vertex)
    return "the register of snapshots of " + by.who.graph_name();
  if (v == the_feed) return "the feed of changes of " + by.who.graph_name();
  return "vertex " + std::to_string(v) + " of " + by.who.graph_name();
}

/// One stay in the queue: how long which holder has kept us waiting with which
/// of its operations.  A busy vertex that changes hands is not a stuck one, but
/// no wait is unbounded either.
class patience {
 public:
  patience(const locker& by, vertex_id v)
      : by_(by), vertex_(v), limit_(std::min(by.wait.limit, for_ever)) {}

  /// True: it is time to look whether the holder lives at all.  Throws if it
  /// has been waited for long enough.
  bool ask(std::uint32_t holder, std::uint64_t operation) {
    const auto now = clock::now();
    if (by_.wait.stop.stop_requested()) {
      raise(errc::busy, "the wait for " + name_of(by_, vertex_) + ", held by " +
                            by_.who.name_of(holder) + ", was stopped.");
    }
    if (holder != holder_ || operation != operation_) {
      holder_ = holder;
      operation_ = operation;
      since_ = looked_ = now;
    }
    if (now - since_ >= limit_) fail(holder, now - since_);
    if (now - begin_ >= whole_wait * limit_) fail(holder, now - begin_);
    if (now - looked_ < std::min<clock::duration>(between_looks, limit_ / 4)) {
      return false;
    }
    looked_ = now;
    return true;
  }

 private:
  static constexpr int whole_wait = 60;
  /// A look takes some 30 microseconds, in /proc.
  static constexpr std::chrono::milliseconds between_looks{10};
  /// A year: sixty of them can be counted in nanoseconds, but not any limit.
  static constexpr std::chrono::milliseconds for_ever{std::chrono::hours(8760)};

  [[noreturn]] void fail(std::uint32_t holder, clock::duration waited) const {
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(waited).count();
    raise(errc::timed_out,
          name_of(by_, vertex_) + " is held by " + by_.who.name_of(holder) +
              ", which lives but has not moved for " + std::to_string(ms) +
              " ms.  If it is stopped, let it continue or kill it: the next "
              "caller repairs what it left.");
  }

  const locker& by_;
  vertex_id vertex_;
  clock::duration limit_;
  clock::time_point begin_ = clock::now();
  clock::time_point since_ = begin_;
  clock::time_point looked_ = begin_;
  std::uint32_t holder_ = ~0u;
  std::uint64_t operation_ = 0;
};

}  // namespace

void lock_slowly(const locker& by, word32& owner, vertex_id v) {
  constexpr int spins = 64;
  patience left(by, v);
  by.me.intent.state.store(pack_state(0, phase_preparing),
                           std::memory_order_release);
  set(by.me.waits, get(by.me.waits) + 1);
  bool slept = false;
  for (int round = 0;; ++round) {
    std::uint32_t seen = owner.load(std::memory_order_relaxed);
    if ((seen & ~waiters) == 0) {
      // After a sleep others may still sleep: leave them the mark.
      const std::uint32_t mine = by.mark | (slept ? waiters : 0);
      if (owner.compare_exchange_strong(seen, mine,
                                        std::memory_order_seq_cst)) {
        return;
      }
      continue;
    }
    if (round < spins) {
      pause();
      continue;
    }
    const std::uint32_t holder = (seen & ~waiters) - 1;
    if (holder >= by.who.slot_count()) {
      raise(errc::corrupt,
            name_of(by, v) + " is held by a participant that cannot be (I8).");
    }
    if (by.who.try_recover(holder)) {
      set(by.me.repairs, get(by.me.repairs) + 1);
      // Only damage makes a word name one who never held it: no endless wait.
      if (get(owner) == seen) left.ask(holder, by.who.operations_of(holder));
      continue;
    }
    if (left.ask(holder, by.who.operations_of(holder)) &&
        by.who.mark_if_lost(holder)) {
      continue;
    }
    if ((seen & waiters) == 0 &&
        !owner.compare_exchange_strong(seen, seen | waiters,
                                       std::memory_order_relaxed)) {
      continue;
    }
    keep_order();  // a wake-up can be lost here, and the holder can die
    futex_wait(owner, seen | waiters);
    slept = true;
  }
}

}  // namespace telar::detail
