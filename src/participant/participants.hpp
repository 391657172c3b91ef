// participant/participants.hpp: who works on a segment: attaching threads,
// telling the dead from the living, and finishing what the dead began.
//
// Knows slots, life-locks, intents and owner words, nothing of edges.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <telar/detail/reader.hpp>
#include <telar/report.hpp>

#include "participant/process.hpp"
#include "segment/segment.hpp"

namespace telar::detail {

/// What attached threads keep of a segment after its handle is gone.
struct attached_memory;

class participants final : private fork_listener {
 public:
  /// What a recovery must finish beyond the intent (a key record).  Called
  /// holding the dead slot's life-lock, before its state becomes idle.
  using finish_function = std::function<void(slot&)>;

  /// Writes the first slots of a new segment.
  static void initialise(segment& memory);

  participants(segment& memory, finish_function finish);
  ~participants();

  /// Identifies this object in thread-local caches; never reused.
  [[nodiscard]] std::uint64_t serial() const noexcept { return serial_; }

  /// This thread's slot.  Attaches at the first use.
  /// Throws `no_space` if all slots are taken.
  [[nodiscard]] slot& mine() {
    slot* known = attached_slot(serial_);
    return known ? *known : attach();
  }
  [[nodiscard]] std::uint32_t index_of(const slot& s) const noexcept {
    return static_cast<std::uint32_t>(&s - &memory_.slot(0));
  }

  /// If the participant is dead, or its slot is unattached, finishes its work
  /// and releases what it held.  False: it is alive, or being recovered.
  /// Needs no lock but the life-lock, which it only tries: no cycle can form.
  /// If the process is killed inside: the slot is dead still, and the next one
  /// begins again.
  bool try_recover(std::uint32_t index);
  /// The same, and then keeps everybody else from the slot, as its owner did,
  /// until `then` has ended what takes several changes.
  bool try_recover_and(std::uint32_t index, const std::function<void()>& then);

  /// Marks the participant dead if its process is gone and the kernel has not
  /// marked its life-lock: its list of robust locks was replaced, or could not
  /// be read any more.  Only a process of its own pid namespace can tell.
  /// Takes some 30 microseconds if it lives.
  bool mark_if_lost(std::uint32_t index);

  /// Calls `change` with a slot that nobody has: a single intent of `me` may then
  /// move memory between the two.  False: somebody has it, or what a dead one
  /// began there is not finished.
  /// If the process is killed inside: nobody takes the slot before `me` has been
  /// recovered, and whoever tries does that.
  bool exchange(slot& me, std::uint32_t index,
                const std::function<void(slot&)>& change);

  /// Lays out more slots; false, at once, if there are as many as can be or
  /// somebody else is at it.  Throws `no_space`.
  bool try_grow_slots();

  /// Recovers all that are dead; returns how many.  `lost`: those, too, whom
  /// only mark_if_lost() finds, at its price for each that lives.
  std::uint64_t sweep(bool lost = true);

  /// Makes all locks anew and recovers every participant as dead.  If the
  /// process is killed inside: to be done again, and then nothing is amiss.
  /// Requires: nobody else uses the segment, and no thread of this process is
  /// attached.  Throws `corrupt`.
  void revive();

  [[nodiscard]] std::uint32_t slot_count() const noexcept {
    return memory_.clocks().slot_capacity.load(std::memory_order_acquire);
  }
  /// How many changes it has begun: a holder that moves is not stuck.
  [[nodiscard]] std::uint64_t operations_of(std::uint32_t i) const noexcept {
    return memory_.slot(i).operations.load(std::memory_order_relaxed);
  }
  [[nodiscard]] const std::string& graph_name() const noexcept {
    return memory_.name();
  }
  /// All that are attached; the dead are recovered on the way.
  [[nodiscard]] std::vector<participant_info> list();
  /// "process 4711 (importer)", for messages.
  [[nodiscard]] std::string name_of(std::uint32_t index) const;

 private:
  slot& attach();
  slot& take_slot();
  /// Makes room for more participants than `seen`.  Throws `no_space` if there
  /// are as many as can be, `timed_out`.
  void grow_slots(std::uint32_t seen);
  /// Requires: the lock on attaching, which it releases.
  void lay_out_slots(std::uint32_t seen);
  /// As try_recover(), of one whom only mark_if_lost() finds.
  bool recover_lost(std::uint32_t index) {
    return mark_if_lost(index) && try_recover(index);
  }
  /// Ends the exchange that a slot began, whoever does it.
  void end_exchange(std::uint32_t index);
  /// Whether no exchange with this slot is unfinished.  Requires: its life-lock.
  bool settle_exchange(std::uint32_t index);
  [[noreturn]] void fail_exchange(std::uint32_t index) const;
  void recover(std::uint32_t index);
  /// The kernel marks only the parent's copy of a robust mutex, so here they
  /// would be held for ever by threads that this process does not have.
  void forked() override;

  segment& memory_;
  finish_function finish_;
  std::uint64_t serial_;
  std::shared_ptr<attached_memory> attached_;
};

}  // namespace telar::detail
