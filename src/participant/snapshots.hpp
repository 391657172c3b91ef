// participant/snapshots.hpp: the register of snapshots: taking one, giving it
// back, and who answers for it.
//
// A snapshot belongs to its process.  As long as the thread that took it lives,
// its slot's life-lock answers for it, so whoever recovers the slot gives the
// snapshot back.  A thread that ends leaves it to the process, which is known by
// pid and start time.  Knows epochs and pins, nothing of edges.
#pragma once

#include <cstdint>

#include <telar/options.hpp>

#include "participant/participants.hpp"

namespace telar::detail {

/// A snapshot's place in the register.
struct snapshot_hold {
  std::uint32_t index = 0;
  std::uint32_t epoch = 0;
  std::uint64_t serial = 0;  ///< 0: none.
};

/// What is counted while a snapshot is taken.
struct snapshot_counts {
  std::uint64_t vertices = 0;
  std::uint64_t edges = 0;
};

class snapshots {
 public:
  snapshots(segment& memory, participants& who) : memory_(memory), who_(who) {}

  /// Moves the epoch on, and waits for the writers that are inside a change of
  /// an older one.  Throws `timed_out` naming such a writer, `busy`, `no_space`.
  /// If the process is killed inside: the epoch has moved, or not; the entry is
  /// given back by whoever recovers this thread's slot.
  snapshot_hold take(const wait_options& wait, snapshot_counts& counts);

  /// One more hold, for this process, of a snapshot that another one holds.
  /// Throws `expired` if that has been given back.
  snapshot_hold adopt(const snapshot_hold& from, const wait_options& wait);

  /// Requires: the hold is this process's.
  void give_back(const snapshot_hold& hold) noexcept;

  /// Gives back the snapshots of processes that are dead.
  void sweep();
  /// The same of one entry; false: it may be in use.
  bool try_sweep(std::uint32_t index);
  /// "a snapshot of process 4711", for messages.
  [[nodiscard]] std::string name_of(std::uint32_t index) const;

 private:
  class turn;

  std::uint32_t claim(slot& me);
  void publish(std::uint32_t index, std::uint32_t epoch);
  void drain(slot& me, std::uint32_t epoch, const wait_options& wait);
  [[nodiscard]] std::uint64_t count_edges(std::uint32_t epoch) const;
  bool sweep_in_turn(std::uint32_t index);

  segment& memory_;
  participants& who_;
};

/// Gives back what a slot answers for.  Requires: its life-lock.
void give_back_snapshots_of(segment& memory, std::uint32_t slot_index);
/// From now on the process answers for it.  Requires: this thread's slot, in
/// this control mapping.
void leave_snapshots_to_process(std::byte* control, const slot& s);
/// When all who held one are gone.
void drop_all_snapshots(segment& memory);
/// In a forked child that has an isolated graph to itself: all are its own.
void inherit_snapshots(segment& memory);

}  // namespace telar::detail
