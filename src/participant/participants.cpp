// Slots: their growth, their recovery, and who is in them.
#include "participant/participants.hpp"

#include <cstring>
#include <memory>

#include "error/raise.hpp"
#include "participant/attachments.hpp"
#include "participant/futex.hpp"
#include "participant/intent.hpp"
#include "participant/life_lock.hpp"
#include "participant/snapshots.hpp"
#include "participant/store.hpp"

namespace telar::detail {
namespace {

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

/// Gives a vertex back if this slot holds it.
void release_owner(word32& owner, std::uint32_t index) {
  const std::uint32_t seen = owner.load(std::memory_order_acquire);
  if ((seen & ~waiters) != index + 1) return;
  if (owner.exchange(0, std::memory_order_release) & waiters) {
    futex_wake_one(owner);
  }
}

std::string command_of(const slot& s) {
  char text[17] = {};
  const std::uint64_t words[2] = {get(s.command[0]), get(s.command[1])};
  std::memcpy(text, words, 16);
  return text;
}

}  // namespace

void participants::initialise(segment& memory) {
  clocks& bounds = memory.clocks();
  life_lock::initialise(bounds.attach_lock);
  memory.commit_slots(slots_per_commit);
  for (std::uint32_t i = 0; i < slots_per_commit; ++i) {
    life_lock::initialise(memory.slot(i).life);
  }
  bounds.slot_capacity.store(slots_per_commit, std::memory_order_release);
}

participants::participants(segment& memory, finish_function finish)
    : memory_(memory),
      finish_(std::move(finish)),
      serial_(next_serial()),
      attached_(std::make_shared<attached_memory>(memory.control())) {
  if (memory_.placement() == placement::isolated) add_fork_listener(*this);
}

participants::~participants() {
  if (memory_.placement() == placement::isolated) remove_fork_listener(*this);
  attached_->closed.store(true, std::memory_order_release);
  drop_closed_attachments();
}

slot& participants::attach() {
  if (slot* known = find_attachment(serial_)) return *known;
  prepare_attachment();
  slot& taken = take_slot();
  remember_attachment(serial_, attached_, taken);
  return taken;
}

slot& participants::take_slot() {
  for (;;) {
    const std::uint32_t count = slot_count();
    // From the front: slots that were used before hold free memory.
    for (std::uint32_t i = 0; i < count; ++i) {
      slot& s = memory_.slot(i);
      if (life_lock::try_acquire(s.life) == life_lock::state::busy) continue;
      try {
        recover(i);
        if (get(s.removing) != 0 || !settle_exchange(i)) {  // to be finished
          withdraw(s);
          continue;
        }
        introduce(s);
      } catch (...) {
        withdraw(s);
        throw;
      }
      return s;
    }
    grow_slots(count);
  }
}

void participants::grow_slots(std::uint32_t seen) {
  if (seen == max_slots) {
    raise(errc::no_space,
          memory_.name() + " has " + std::to_string(max_slots) +
              " participants (threads that are attached), and cannot have "
              "more.  Let some threads end, or share handles between fewer.");
  }
  pthread_mutex_t& lock = memory_.clocks().attach_lock;
  if (life_lock::acquire(lock) == life_lock::state::busy) {
    raise(errc::timed_out, memory_.name() +
                               ": another process has been adding slots for "
                               "ten seconds; it is stopped, or very slow.");
  }
  lay_out_slots(seen);
}

bool participants::try_grow_slots() {
  const std::uint32_t seen = slot_count();
  pthread_mutex_t& lock = memory_.clocks().attach_lock;
  if (seen == max_slots ||
      life_lock::try_acquire(lock) == life_lock::state::busy) {
    return false;
  }
  lay_out_slots(seen);
  return true;
}

void participants::lay_out_slots(std::uint32_t seen) {
  const std::unique_ptr<pthread_mutex_t, void (*)(pthread_mutex_t*)> held(
      &memory_.clocks().attach_lock,
      [](pthread_mutex_t* lock) { life_lock::release(*lock); });
  word32& bound = memory_.clocks().slot_capacity;
  if (bound.load(std::memory_order_acquire) != seen) return;
  // What a dead predecessor began is not published: it is simply done again.
  memory_.commit_slots(seen + slots_per_commit);
  for (std::uint32_t i = 0; i < slots_per_commit; ++i) {
    life_lock::initialise(memory_.slot(seen + i).life);
  }
  // Release: pairs with slot_count().
  bound.store(seen + slots_per_commit, std::memory_order_release);
}

bool participants::try_recover(std::uint32_t index) {
  return try_recover_and(index, [] {});
}

bool participants::try_recover_and(std::uint32_t index,
                                   const std::function<void()>& then) {
  slot& s = memory_.slot(index);
  const auto found = life_lock::try_acquire(s.life);
  if (found == life_lock::state::busy) return false;
  try {
    recover(index);
    then();
  } catch (...) {
    withdraw(s);
    throw;
  }
  withdraw(s);
  return true;
}

bool participants::mark_if_lost(std::uint32_t index) {
  slot& s = memory_.slot(index);
  // Acquire, and the fence: pairs with sign(), which clears `thread` before it
  // changes what follows.
  const std::uint32_t thread = s.thread.load(std::memory_order_acquire);
  const std::uint32_t pid = get(s.pid);
  const std::uint64_t started = get(s.start_time);
  const std::uint64_t space = get(s.pid_space);
  std::atomic_thread_fence(std::memory_order_acquire);
  if (thread == 0 || get(s.thread) != thread || started == 0) return false;
  if (space == 0 || space != pid_namespace()) return false;
  if (is_running(pid, started, thread)) return false;
  // Not if another thread has taken the lock meanwhile.
  return life_lock::mark_dead(s.life, thread);
}

// Writer and recoverer finish in one order: words and bookkeeping, phase 0,
// owner words, pin, life-lock.  In the other order a second recoverer would
// redo the change over newer words.
void participants::recover(std::uint32_t index) {
  slot& s = memory_.slot(index);
  // Whoever has to wait for a repair that is held up is told our name, and
  // whoever finds us dead, unmarked by the kernel, finds us by it.
  sign(s);
  const std::uint64_t phase =
      phase_of(s.intent.state.load(std::memory_order_acquire));
  if (phase == phase_committed) {
    validate_intent(memory_, index);
    apply_found(memory_, s);
    set(s.redone, get(s.redone) + 1);
  }
  keep_order();
  // Applied; but finishing may need an intent of its own.
  s.intent.state.store(pack_state(0, phase_preparing),
                       std::memory_order_release);
  keep_order();
  // Not sooner: until here it is all applied once more if we die.
  end_exchange(index);
  finish_(s);
  keep_order();
  s.intent.state.store(phase_idle, std::memory_order_release);
  keep_order();
  const std::uint64_t ends = get(s.intent.ends);
  const std::uint64_t vertices =
      memory_.clocks().vertex_capacity.load(std::memory_order_acquire);
  for (std::uint32_t half = 0; half < 2; ++half) {
    const vertex_id v = end_of(ends, half);
    if (v < vertices) release_owner(memory_.vertices()[v].owner, index);
  }
  release_owner(memory_.clocks().snapshot_owner, index);
  release_owner(memory_.clocks().changes_owner, index);
  give_back_snapshots_of(memory_, index);
  // Release: pairs with the scan of pins in the reclaimer.
  s.pin.store(0, std::memory_order_release);
  if (get(s.attached) == attached_yes) offer_all(memory_.clocks(), s);
  // Last: until then a sweep finds the slot.
  if (get(s.attached) == attached_yes) set(s.attached, attached_killed);
}

std::uint64_t participants::sweep(bool lost) {
  std::uint64_t recovered = 0;
  for (std::uint32_t i = 0; i < slot_count(); ++i) {
    // Unattached slots are idle: nothing to finish, unless somebody has signed
    // who was looking.
    if (get(memory_.slot(i).attached) != attached_yes &&
        get(memory_.slot(i).thread) == 0 &&
        get(memory_.slot(i).intent.state) == phase_idle) {
      continue;
    }
    if (try_recover(i) || (lost && recover_lost(i))) ++recovered;
  }
  return recovered;
}

void participants::revive() {
  life_lock::initialise(memory_.clocks().attach_lock);
  if (column_directory* all = memory_.columns()) {
    life_lock::initialise(all->lock);
  }
  for (std::uint32_t i = 0; i < slot_count(); ++i) {
    life_lock::initialise(memory_.slot(i).life);
  }
  sweep();
}

void participants::forked() {
  inherit_snapshots(memory_);
  revive();
}

std::vector<participant_info> participants::list() {
  std::vector<participant_info> all;
  for (std::uint32_t i = 0; i < slot_count(); ++i) {
    const slot& s = memory_.slot(i);
    if (get(s.attached) != attached_yes) continue;
    participant_info one;
    one.pid = get(s.pid);
    one.command = command_of(s);
    one.operations = get(s.operations);
    one.edges = static_cast<std::int64_t>(get(s.edges));
    one.waits = get(s.waits);
    one.repairs = get(s.repairs);
    one.alive = !try_recover(i) && !recover_lost(i);
    all.push_back(one);
  }
  return all;
}

std::string participants::name_of(std::uint32_t index) const {
  const slot& s = memory_.slot(index);
  return "process " + std::to_string(get(s.pid)) + " (" + command_of(s) + ")";
}

}  // namespace telar::detail
