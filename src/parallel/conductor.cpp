// Handing out batches, and the loop of a call.
#include "parallel/conductor.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "error/raise.hpp"
#include "parallel/futex.hpp"
#include "parallel/guarded.hpp"

namespace telar::parallel::detail {
namespace {

constexpr std::size_t alignment = 8;

constexpr std::size_t aligned(std::size_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

constexpr std::uint64_t armed = std::uint64_t{1} << 32;

/// Nanoseconds after which workers are woken for what the range gave so far, and
/// how many batches of a range that is mere memory, most likely, are made before
/// the clock is looked at again.
constexpr std::uint64_t slow_input = 50'000;
constexpr std::uint32_t batches_a_look = 16;

}  // namespace

conductor::conductor(board& with, crew& workers, unsigned count, call& what,
                     const options& how)
    : board_(with),
      crew_(workers),
      workers_(count),
      call_(what),
      how_(how),
      pace_(how, what, count),
      progress_(how, what.total),
      inputs_(with) {}

void conductor::run() {
  const bool early = how_.backend == backend::workers && board_.shared();
  prepare(early);
  // A worker that died since the last call: before anything begins.
  look_for_deaths();
  guarded([&] { crew_.begin_call(); });
  conduct();
  crew_.end_call();
  board_.end_call(used_, inputs_.stored());
  finish();
}

void conductor::prepare(bool early) {
  call_state& state = board_.state().call;
  fed_ = early || !call_.indexed;
  state.grain = pace_.most();
  state.step = pace_.step();
  state.in_stride = fed_ ? aligned(call_.in_bytes) : 0;
  state.out_stride = aligned(std::max(call_.out_bytes, sizeof(blob)));
  state.batch_bytes =
      aligned(state.grain * (state.in_stride + state.out_stride + 1));
  state.items = board_.items().begin;
  state.limited = how_.time_limit.has_value();
  state.fail_fast = !call_.partial;
  state.here = early ? nullptr : &call_;
  batches_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(
      max_batches, board_.items().size / state.batch_bytes));
  if (batches_ == 0) {
    telar::detail::raise(errc::no_space,
                         "a batch of tasks does not fit into the memory for "
                         "them: use a smaller grain.");
  }
  if (early) {
    state.code = *call_.code();
    byte_writer arguments;
    call_.encode_arguments(arguments);
    const auto bytes = arguments.bytes();
    if (bytes.size() > board_.arguments().size) {
      telar::detail::raise(errc::no_space,
                           "the arguments of the call do not fit into the "
                           "memory for them: put them into a graph or a file.");
    }
    board_.commit(board_.arguments().begin, bytes.size());
    if (!bytes.empty()) {
      std::memcpy(board_.arguments().begin, bytes.data(), bytes.size());
    }
    state.arguments = {board_.arguments().begin, bytes.size()};
  }
  board_.begin_call();
  // Relaxed: followed by the announcement of work, before which none is hungry.
  board_.state().hungry.store(state.step != 0 ? nobody_hungry : nobody_asks,
                              std::memory_order_relaxed);
  for (std::uint32_t i = batches_; i > 0; --i) free_.push_back(i - 1);
}

void conductor::conduct() {
  for (;;) {
    if (!stopping()) publish();
    if (stopping()) retract();
    if (in_flight_ == 0 && (exhausted_ || stopping())) return;
    if (!crew_.help()) rest();
    collect();
    look_for_deaths();
    feed_the_hungry();
    if (how_.time_limit) look_for_overdue();
    guarded([&] { progress_.report(done_, false); });
  }
}

// ---- Handing out

void conductor::publish() {
  // Not one by one: while there is enough to do, the caller lets more come back.
  if (in_flight_ >= 2 * workers_ &&
      (in_flight_ > batches_ / 2 || tasks_in_flight_ > pace_.window() / 2)) {
    return;
  }
  std::uint32_t announced = 0;
  std::uint32_t published = 0;
  std::uint64_t looked = now();
  bool slow = true;  // the range gives its inputs slowly
  while (!stopping() && publish_one(slow)) {
    ++published;
    // The first are not to wait for the last …
    bool due = published == 2 * announced + workers_;
    // … nor for a range that takes its time.
    if (slow || !call_.total || pace_.step() != 0 ||
        published % batches_a_look == 0) {
      const std::uint64_t time = now();
      slow = time - std::exchange(looked, time) > slow_input;
      due = due || slow;
      board_.announce();  // for workers that are awake
    }
    if (due) {
      announce();
      announced = published;
    }
  }
  if (published > announced) announce();
}

void conductor::announce() {
  board_.announce();
  if (board_.shared() || workers_ > 1) board_.wake_workers();
}

bool conductor::publish_one(bool slow) {
  if (exhausted_ || free_.empty() || tasks_in_flight_ >= pace_.window() ||
      (fed_ && !inputs_.prepare())) {
    return false;
  }
  const bool one_step = slow && pace_.step() != 0;
  const auto room = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(one_step ? pace_.step() : pace_.next(taken_),
                              pace_.window() - tasks_in_flight_));
  batch_cell& cell = board_.cell(free_.back());
  cell.first = taken_;
  cell.from = 0;
  cell.input = inputs_.half();
  cell.count = 0;
  cell.whole = 0;
  cell.begun.store(0, std::memory_order_relaxed);
  const batch_view view = board_.view(cell);
  cell.count = fill(view, room);
  if (cell.count == 0) return false;
  taken_ += cell.count;
  tasks_in_flight_ += cell.count;
  put(cell);
  return true;
}

/// Queues the last free batch, which has been filled.
void conductor::put(batch_cell& cell) {
  used_ = std::max(used_, free_.back() + 1);
  free_.pop_back();
  ++in_flight_;
  inputs_.keep(cell.input);
  std::memset(static_cast<void*>(board_.view(cell).status), 0, cell.count);
  cell.left.store(left_of_batch{0, cell.count}.word(),
                  std::memory_order_relaxed);
  board_.queue(cell);
}

/// Takes inputs for a batch; fewer when the range ends, or throws.
std::uint32_t conductor::fill(const batch_view& batch, std::uint32_t most) {
  if (!fed_) {
    const std::uint64_t left = *call_.total - taken_;
    const auto count =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(most, left));
    exhausted_ = count == left;
    return count;
  }
  std::uint32_t count = 0;
  guarded([&] { exhausted_ = !call_.pull(batch, most, count, inputs_); });
  return count;
}

/// Hands out again what is left of a batch.
void conductor::hand_out(batch_cell& cell) {
  cell.begun.store(cell.from, std::memory_order_relaxed);
  cell.left.store(left_of_batch{cell.from, cell.count}.word(),
                  std::memory_order_relaxed);
  board_.queue(cell);
  board_.announce();
  board_.wake_workers();
}

/// Takes back what nobody has begun.
void conductor::retract() {
  retracted_ = true;
  std::uint64_t tail = 0;
  while (batch_cell* const cell = board_.claim(caller_itself, tail, true)) {
    collect_batch(*cell);
  }
}

// ---- Waiting

/// How many batches must come back before there is something to do.
std::uint32_t conductor::needed() const {
  if (call_.prompt || stopping() || hungry()) return 1;
  if (exhausted_) return in_flight_;
  return std::max<std::uint32_t>(1, in_flight_ / 2);
}

std::uint64_t conductor::sleep_time() const {
  std::uint64_t time = progress_.due_in();
  if (how_.time_limit && board_.shared()) {
    const auto limit = static_cast<std::uint64_t>(how_.time_limit->count());
    std::uint64_t next = limit;
    for (unsigned worker = 0; worker < workers_; ++worker) {
      const std::uint64_t started =
          board_.place(worker).started.load(std::memory_order_acquire);
      if (started == 0) continue;
      const std::uint64_t ran = now() - started;
      next = std::min(next, ran < limit ? limit - ran : 1);
    }
    time = time == 0 ? next : std::min(time, next);
  }
  return time;
}

void conductor::rest() {
  board_state& state = board_.state();
  const std::uint32_t until = collected_ + needed();
  // Sequential: pairs with complete() and with a worker that sets `stop`; one
  // of the two sees the other.
  state.wake_at.store(armed | until, std::memory_order_seq_cst);
  const auto done = static_cast<std::uint32_t>(
      state.done.load(std::memory_order_seq_cst) >> 32);
  const bool missed = static_cast<std::int32_t>(done - until) >= 0 ||
                      (!retracted_ && state.stop.load() != 0) ||
                      (!stopping() && hungry() && !free_.empty());
  if (!missed) crew_.wait(sleep_time());
  state.wake_at.store(0, std::memory_order_seq_cst);
}

// ---- The end

void conductor::finish() {
  call_.taken = taken_;
  guarded([&] { progress_.report(done_, true); });
  if (thrown_) std::rethrow_exception(thrown_);
  if (std::exception_ptr hook = crew_.hook_error()) {
    std::rethrow_exception(hook);
  }
  if (death_) throw worker_error(std::move(*death_));
  if (failed_) throw task_error(failed_->first, std::move(failed_->second));
}

}  // namespace telar::parallel::detail
