// The register of snapshots.
#include "participant/snapshots.hpp"

#include <unistd.h>

#include <chrono>

#include "error/raise.hpp"
#include "participant/intent.hpp"
#include "participant/live_snapshots.hpp"
#include "participant/owner_lock.hpp"

namespace telar::detail {
namespace {

/// Nobody reads it any more.  The pin first: whoever claims a free entry writes
/// its own.
void clear(snapshot_table& all, std::uint32_t index) {
  // Release: what the snapshot's readers read happened before it is reused.
  all.entries[index].pin.store(0, std::memory_order_release);
  all.entries[index].serial.store(0, std::memory_order_relaxed);
  keep_order();
  all.epochs[index].store(0, std::memory_order_release);
}

void sign(snapshot_entry& e, std::uint32_t holder) {
  set(e.pid, static_cast<std::uint32_t>(::getpid()));
  set(e.start_time, process_start_time());
  set(e.pid_space, pid_namespace());
  // Release: whoever finds the process responsible knows which.
  e.holder.store(holder, std::memory_order_release);
}

}  // namespace

/// Whoever has it may claim entries and move the epoch.  Held by the slot, so
/// that a death gives it back.
class snapshots::turn {
 public:
  turn(snapshots& of, slot& me, const wait_options& wait)
      : inside_(me),
        word_(of.memory_.clocks().snapshot_owner),
        by_{of.who_, me, of.who_.index_of(me) + 1, wait} {
    set(me.operations, get(me.operations) + 1);
    lock(by_, word_, no_vertex);
    // Waiting has said otherwise.
    me.intent.state.store(pack_state(0, phase_preparing),
                          std::memory_order_release);
  }
  ~turn() {
    keep_order();
    unlock(word_);
  }
  turn(const turn&) = delete;

 private:
  inside_change inside_;
  word32& word_;
  locker by_;
};

snapshot_hold snapshots::take(const wait_options& wait,
                              snapshot_counts& counts) {
  slot& me = who_.mine();
  if (get(me.intent.state) != phase_idle) {
    raise(errc::busy, memory_.name() +
                          ": a snapshot was taken inside a change of the same "
                          "thread (from a signal handler?).");
  }
  (void)process_start_time();  // reads a file, once
  const turn mine(*this, me, wait);
  word32& clock = memory_.clocks().epoch;
  const std::uint32_t epoch = clock.load(std::memory_order_acquire);
  if (epoch >= max_epoch) {
    raise(errc::no_space, memory_.name() + " has had " +
                              std::to_string(max_epoch) +
                              " snapshots, and cannot have more: copy it into "
                              "a new graph.");
  }
  memory_.grow_versions();
  const std::uint32_t index = claim(me);
  const snapshot_hold hold{index, epoch,
                           get(memory_.snapshots().entries[index].serial)};
  publish(index, epoch);
  // Sequentially consistent: pairs with step 4 of held_ends.  A writer sees the
  // new epoch, or drain() sees the writer.
  clock.store(epoch + 1, std::memory_order_seq_cst);
  // At once, since what is added later belongs to later changes.  The ends of
  // edges that the snapshot has were there before: their writers had looked.
  counts.vertices = memory_.clocks().vertex_count.load();
  try {
    drain(me, epoch, wait);
  } catch (...) {
    clear(memory_.snapshots(), index);
    throw;
  }
  counts.edges = count_edges(epoch);
  return hold;
}

snapshot_hold snapshots::adopt(const snapshot_hold& from,
                               const wait_options& wait) {
  slot& me = who_.mine();
  const turn mine(*this, me, wait);
  const std::uint32_t index = claim(me);
  snapshot_table& all = memory_.snapshots();
  const snapshot_entry& original = all.entries[from.index];
  const snapshot_hold hold{index, from.epoch, get(all.entries[index].serial)};
  all.entries[index].pin.store(original.pin.load(std::memory_order_acquire),
                               std::memory_order_seq_cst);
  all.epochs[index].store(from.epoch, std::memory_order_seq_cst);
  // Sequentially consistent, all of it: a look that missed our entry, and misses
  // the original because it is given back after the next line, sees this move.
  memory_.clocks().adoptions.fetch_add(1, std::memory_order_seq_cst);
  if (original.serial.load(std::memory_order_seq_cst) != from.serial) {
    clear(all, index);
    raise(errc::expired,
          memory_.name() +
              ": this snapshot was given back by the process that took it "
              "before its child used it.  Take one in the child.");
  }
  return hold;
}

void snapshots::give_back(const snapshot_hold& hold) noexcept {
  if (hold.serial == 0) return;
  snapshot_table& all = memory_.snapshots();
  std::uint64_t mine = hold.serial;
  // Not if it was given back with a thread that died while its process lives.
  if (all.entries[hold.index].serial.load(std::memory_order_relaxed) == mine) {
    clear(all, hold.index);
  }
}

/// A free entry, signed by this thread but not published.
std::uint32_t snapshots::claim(slot& me) {
  clocks& bounds = memory_.clocks();
  if (bounds.snapshot_capacity.load(std::memory_order_acquire) == 0) {
    memory_.commit_snapshots();
    bounds.snapshot_capacity.store(1, std::memory_order_release);
  }
  snapshot_table& all = memory_.snapshots();
  for (std::uint32_t i = 0; i < max_snapshots; ++i) {
    if (all.epochs[i].load(std::memory_order_acquire) != 0) {
      if (!sweep_in_turn(i)) continue;
    }
    snapshot_entry& e = all.entries[i];
    sign(e, who_.index_of(me) + 1);
    set(e.serial, get(bounds.snapshot_serial) + 1);
    set(bounds.snapshot_serial, get(e.serial));
    if (get(bounds.snapshot_frontier) <= i) {
      // Release: pairs with snapshot_count().
      bounds.snapshot_frontier.store(i + 1, std::memory_order_release);
    }
    keep_order();
    return i;
  }
  raise(errc::no_space, memory_.name() + " has " +
                            std::to_string(max_snapshots) +
                            " snapshots at once, and cannot have more.");
}

/// The pin as a reader's (see pin_present), then the epoch.
void snapshots::publish(std::uint32_t index, std::uint32_t epoch) {
  const word64& grace = memory_.clocks().grace;
  word64& pin = memory_.snapshots().entries[index].pin;
  memory_.snapshots().epochs[index].store(epoch, std::memory_order_seq_cst);
  std::uint64_t seen = grace.load(std::memory_order_acquire);
  for (;;) {
    pin.store(seen, std::memory_order_seq_cst);
    const std::uint64_t now = grace.load(std::memory_order_seq_cst);
    if (now == seen) return;
    seen = now;
  }
}

void snapshots::drain(slot& me, std::uint32_t epoch, const wait_options& wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait.limit;
  for (std::uint32_t i = 0; i < who_.slot_count(); ++i) {
    const slot& other = memory_.slot(i);
    if (&other == &me) continue;
    for (unsigned round = 0;; ++round) {
      // Sequentially consistent: pairs with publishing the epoch in held_ends.
      const std::uint32_t at =
          epoch_of(other.intent.state.load(std::memory_order_seq_cst));
      if (at == 0 || at > epoch) break;
      pause();
      if (round % 256 != 255) continue;
      if (who_.try_recover(i)) {
        set(me.repairs, get(me.repairs) + 1);
        continue;
      }
      if (wait.stop.stop_requested()) {
        raise(errc::busy,
              "the wait for a snapshot of " + memory_.name() + " was stopped.");
      }
      if (std::chrono::steady_clock::now() > deadline) {
        raise(errc::timed_out,
              "a snapshot of " + memory_.name() + " waits for " +
                  who_.name_of(i) +
                  ", which lives but does not end its change.  If it is "
                  "stopped, let it continue or kill it.");
      }
      // It may need this CPU to end.
      ::usleep(50);
    }
  }
}

/// What the slots counted up to this epoch.  Requires: the turn, so that no slot
/// is more than one epoch ahead; all writers of this epoch have ended.
std::uint64_t snapshots::count_edges(std::uint32_t epoch) const {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < who_.slot_count(); ++i) {
    const slot& s = memory_.slot(i);
    // Acquire: pairs with the release in apply().  If this is the count of a
    // later epoch, so is the epoch that is read next.
    const std::uint64_t now = s.edges.load(std::memory_order_acquire);
    const bool later = s.edges_epoch.load(std::memory_order_acquire) > epoch;
    sum += later ? get(s.edges_before) : now;
  }
  return sum;
}

/// Gives the entry back if nobody answers for it.  Requires: the turn.
bool snapshots::sweep_in_turn(std::uint32_t index) {
  snapshot_table& all = memory_.snapshots();
  const std::uint32_t epoch = all.epochs[index].load(std::memory_order_acquire);
  if (epoch == 0) return true;
  const snapshot_entry& e = all.entries[index];
  const std::uint32_t holder = e.holder.load(std::memory_order_acquire);
  if (holder != 0 && holder <= who_.slot_count()) {
    (void)who_.try_recover(holder - 1);
    return all.epochs[index].load(std::memory_order_acquire) == 0;
  }
  const std::uint64_t space = get(e.pid_space);
  if (space == 0 || space != pid_namespace() ||
      is_running(get(e.pid), get(e.start_time))) {
    return false;
  }
  clear(all, index);
  return true;
}

bool snapshots::try_sweep(std::uint32_t index) {
  slot& me = who_.mine();
  const snapshot_entry& e = memory_.snapshots().entries[index];
  const std::uint32_t holder = e.holder.load(std::memory_order_acquire);
  if (holder != 0 && holder <= who_.slot_count()) {
    return who_.try_recover(holder - 1);
  }
  word32& word = memory_.clocks().snapshot_owner;
  std::uint32_t free = 0;
  if (!word.compare_exchange_strong(free, who_.index_of(me) + 1,
                                    std::memory_order_seq_cst)) {
    return false;
  }
  const bool swept = sweep_in_turn(index);
  keep_order();
  unlock(word);
  return swept;
}

void snapshots::sweep() {
  for (std::uint32_t i = 0; i < snapshot_count(memory_); ++i) {
    if (get(memory_.snapshots().epochs[i]) != 0) (void)try_sweep(i);
  }
}

std::string snapshots::name_of(std::uint32_t index) const {
  const snapshot_entry& e = memory_.snapshots().entries[index];
  return "a snapshot of process " + std::to_string(get(e.pid));
}

void give_back_snapshots_of(segment& memory, std::uint32_t slot_index) {
  for (std::uint32_t i = 0; i < snapshot_count(memory); ++i) {
    snapshot_table& all = memory.snapshots();
    if (all.epochs[i].load(std::memory_order_acquire) == 0) continue;
    if (get(all.entries[i].holder) == slot_index + 1) clear(all, i);
  }
}

void leave_snapshots_to_process(std::byte* control, const slot& s) {
  const auto& bounds = *reinterpret_cast<clocks*>(control + clocks_offset);
  if (get(bounds.snapshot_capacity) == 0) return;
  auto& all = *reinterpret_cast<snapshot_table*>(control + snapshots_offset);
  const auto index = static_cast<std::uint32_t>(
      &s - reinterpret_cast<slot*>(control + slots_offset));
  const std::uint32_t count =
      std::min(get(bounds.snapshot_frontier), max_snapshots);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (get(all.epochs[i]) == 0) continue;
    if (get(all.entries[i].holder) == index + 1) sign(all.entries[i], 0);
  }
}

void drop_all_snapshots(segment& memory) {
  for (std::uint32_t i = 0; i < snapshot_count(memory); ++i) {
    clear(memory.snapshots(), i);
  }
}

void inherit_snapshots(segment& memory) {
  for (std::uint32_t i = 0; i < snapshot_count(memory); ++i) {
    if (get(memory.snapshots().epochs[i]) == 0) continue;
    sign(memory.snapshots().entries[i], 0);
  }
}

}  // namespace telar::detail
