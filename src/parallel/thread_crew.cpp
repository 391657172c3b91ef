// Threads join a call, run its batches beside the caller, and leave it.
//
// oneTBB starts a thread when it can, which may be after the call: so what its
// threads touch is a `team`, which counts who refers to it, and a thread looks
// whether the team is open before it touches anything else.
#include "parallel/thread_crew.hpp"

#include <algorithm>

#include "parallel/futex.hpp"

namespace telar::parallel::detail {
namespace {

/// How often the caller looks whether the others are done before it sleeps:
/// some ten microseconds.
constexpr unsigned most_looks = 10'000;

}  // namespace

struct thread_crew::helper {
  /// 1: a thread is here, or on its way.  Release, acquire: hands over what
  /// follows.
  std::atomic<std::uint32_t> present{0};
  team* of = nullptr;
  unsigned number = 0;
};

struct thread_crew::team {
  explicit team(thread_crew& owner, unsigned workers)
      : crew(&owner), helpers(workers) {
    for (auto& place : all) {
      team* none = nullptr;
      if (place.compare_exchange_strong(none, this,
                                        std::memory_order_relaxed)) {
        listed = &place;
        break;
      }
    }
  }
  ~team() {
    if (listed) listed->store(nullptr, std::memory_order_relaxed);
  }
  team(const team&) = delete;

  /// Teams that exist.  When the program ends before a thread that was asked
  /// for has come, only oneTBB knows of its team: here a leak checker finds it.
  static inline std::atomic<team*> all[64];
  std::atomic<team*>* listed = nullptr;

  thread_crew* crew;
  std::vector<helper> helpers;  ///< [0] is the caller, and unused.
  std::atomic<std::uint32_t> references{1};
  std::atomic<std::uint32_t> open{0};    ///< A call is on.
  std::atomic<std::uint32_t> closed{0};  ///< Calls that ended: slept on.
  std::atomic<std::uint32_t> active{0};  ///< Threads that may be in it.

  void release() {
    // Acquire and release: who deletes it has seen all others leave.
    if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
};

thread_crew::thread_crew(board& with, unsigned workers, const options& how)
    : board_(with),
      how_(how),
      workers_(workers),
      stops_(workers),
      started_(workers),
      caller_(std::make_unique<worker>(with, 0, &stops_[0])) {
  if (workers_ == 1) return;
  threads_ = std::make_unique<helper_threads>(workers_ - 1);
  team_ = new team(*this, workers_);
  for (unsigned number = 1; number < workers_; ++number) {
    team_->helpers[number].of = team_;
    team_->helpers[number].number = number;
  }
}

thread_crew::~thread_crew() {
  if (team_) team_->release();
}

void thread_crew::begin_call() {
  hook_error_ = nullptr;
  if (how_.time_limit) {
    watcher_ = std::jthread([this](std::stop_token stop) { watch(stop); });
  }
  if (team_) call_helpers();
  start_hook(0);
}

void thread_crew::end_call() {
  watcher_ = {};
  if (!team_) return;
  team_->open.store(0, std::memory_order_seq_cst);
  board_.wake_workers();
  wait_for_helpers();
}

void thread_crew::run(shared_loop& loop) {
  hook_error_ = nullptr;
  loop_ = &loop;
  // One task is nobody else's business.
  const bool together = team_ && loop.tasks() > 1;
  if (together) call_helpers();
  start_hook(0);
  loop.run(0);
  if (together) {
    team_->open.store(0, std::memory_order_seq_cst);
    wait_for_helpers();
    // Release: pairs with the look at it before a sleep.
    team_->closed.fetch_add(1, std::memory_order_release);
    wake_all(team_->closed);
  }
  loop_ = nullptr;
}

// ---- The helpers

void thread_crew::call_helpers() {
  // Sequential, and so is the exchange: a thread that leaves says so, then
  // looks whether a call is on; one of the two sees the other.
  team_->open.store(1, std::memory_order_seq_cst);
  for (unsigned number = 1; number < workers_; ++number) {
    helper& one = team_->helpers[number];
    if (one.present.exchange(1, std::memory_order_seq_cst) != 0) continue;
    team_->references.fetch_add(1, std::memory_order_relaxed);
    threads_->start(help_from_a_thread, &one);
  }
}

void thread_crew::wait_for_helpers() {
  for (unsigned looks = 0;; ++looks) {
    // Sequential: a thread counts itself, then looks whether a call is on.
    const std::uint32_t active = team_->active.load(std::memory_order_seq_cst);
    if (active == 0) return;
    if (looks > most_looks) sleep_on(team_->active, active);
  }
}

void thread_crew::help_from_a_thread(void* which) {
  helper& me = *static_cast<helper*>(which);
  // Acquire: what was written of `me` is seen.
  (void)me.present.load(std::memory_order_acquire);
  team& all = *me.of;
  do {
    const std::uint32_t closed = all.closed.load(std::memory_order_acquire);
    all.active.fetch_add(1, std::memory_order_seq_cst);
    const bool waits = all.open.load(std::memory_order_seq_cst) != 0 &&
                       all.crew->help_as(me.number);
    // Release: pairs with wait_for_helpers(); what was done here is done.
    if (all.active.fetch_sub(1, std::memory_order_seq_cst) == 1) {
      wake_all(all.active);
    }
    // Not counted as active, so that the caller need not wait for its waking.
    if (waits) sleep_on(all.closed, closed);
    me.present.store(0, std::memory_order_seq_cst);
  } while (all.open.load(std::memory_order_seq_cst) != 0 &&
           me.present.exchange(1, std::memory_order_seq_cst) == 0);
  all.release();
}

/// Works for the call that is on; true: nothing is left, but it is not over.
bool thread_crew::help_as(unsigned number) {
  start_hook(number);
  if (loop_) {
    loop_->run(number);
    return true;
  }
  worker mine(board_, number, &stops_[number]);
  const std::atomic<std::uint32_t>& bell = board_.state().bell;
  for (;;) {
    const std::uint32_t seen = bell.load(std::memory_order_acquire);
    if (team_->open.load(std::memory_order_seq_cst) == 0) return false;
    if (!mine.run_one()) sleep_on(bell, seen);
  }
}

bool thread_crew::help() { return caller_->run_one(); }

void thread_crew::wait(std::uint64_t nanoseconds) {
  const timespec most = to_timespec(nanoseconds);
  std::atomic<std::uint32_t>& rung = board_.state().rung;
  sleep_on(rung, 0, nanoseconds == 0 ? nullptr : &most);
  // Sequential: it was rung for what the caller looks for next.
  rung.store(0, std::memory_order_seq_cst);
}

// ---- The start hook

void thread_crew::start_hook(unsigned number) {
  if (!how_.on_start || started_[number] != 0) return;
  started_[number] = 1;
  const running before =
      std::exchange(current(), {.inside = true, .number = number});
  try {
    how_.on_start(number);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!hook_error_) hook_error_ = std::current_exception();
    started_[number] = 0;
    if (loop_) loop_->stop();
    board_.state().stop.store(1, std::memory_order_seq_cst);
    board_.ring();
  }
  current() = before;
}

std::exception_ptr thread_crew::hook_error() {
  const std::lock_guard lock(mutex_);
  return hook_error_;
}

// ---- The time limit

/// Asks tasks that are over the limit to stop; returns when the next may be.
std::uint64_t thread_crew::ask_overdue() {
  const auto limit = static_cast<std::uint64_t>(how_.time_limit->count());
  std::uint64_t next = limit;
  for (unsigned number = 0; number < workers_; ++number) {
    stop_place& stop = stops_[number];
    std::unique_lock lock(stop.mutex);
    // Acquire: pairs with note_start().
    const std::uint64_t started =
        board_.place(number).started.load(std::memory_order_acquire);
    if (started == 0) continue;
    const std::uint64_t ran = now() - started;
    if (ran >= limit) {
      // Unlocked: what the task has waiting for this is called here.
      std::stop_source source = stop.source;
      lock.unlock();
      source.request_stop();
    } else {
      next = std::min(next, limit - ran);
    }
  }
  return next;
}

void thread_crew::watch(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    lock.unlock();
    const std::uint64_t next = ask_overdue();
    lock.lock();
    watching_.wait_for(lock, stop, std::chrono::nanoseconds(next),
                       [] { return false; });
  }
}

}  // namespace telar::parallel::detail
