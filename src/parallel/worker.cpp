// Running batches, and what a task may ask about itself.
#include "parallel/worker.hpp"

#include <telar/parallel/this_task.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "error/raise.hpp"
#include "parallel/failure.hpp"
#include "parallel/futex.hpp"

namespace telar::parallel {
namespace detail {
namespace {

thread_local constinit running in_this_thread;

/// More than this uncollected, and the caller is asked to collect.
constexpr std::uint64_t many_bytes = std::uint64_t{8} << 20;

}  // namespace

running& current() noexcept { return in_this_thread; }

// ---- What a task's loop says of limited tasks

void batch_view::note_start() const {
  worker* const by = current().by;
  if (stop_place* const asked = by->stop()) {
    const std::lock_guard lock(asked->mutex);
    asked->source = std::stop_source();
  }
  // Release: pairs with whoever looks for tasks that take too long.
  by->place().started.store(now(), std::memory_order_release);
}

bool batch_view::overdue() const {
  stop_place* const asked = current().by->stop();
  if (!asked) return false;  // it would have been killed
  const std::lock_guard lock(asked->mutex);
  // From here on nobody asks this task to stop any more.
  current().by->place().started.store(0, std::memory_order_relaxed);
  return asked->source.stop_requested();
}

void batch_view::end_late(std::uint32_t i) {
  failed = true;
  status[i].store(static_cast<std::uint8_t>(task_status::timed_out),
                  std::memory_order_release);
}

// ---- The loop

worker::~worker() {
  if (context_) code_.end(context_);
}

bool worker::run_one() {
  batch_cell* const cell = board_.claim(number_, tail_);
  if (!cell) return false;
  run(*cell);
  return true;
}

void worker::serve() {
  const board_state& state = board_.state();
  for (;;) {
    // Acquire: pairs with wake_workers(); what it announced is seen.
    const std::uint32_t bell = state.bell.load(std::memory_order_acquire);
    if (state.quit.load(std::memory_order_acquire) != 0) return;
    if (!run_one()) idle(bell);
  }
}

void worker::idle(std::uint32_t bell) const {
  if (board_.shared()) {
    std::fflush(stdout);
    board_.ask_for_more();
  }
  sleep_on(board_.state().bell, bell);
}

void worker::prepare() {
  const call_state& call = board_.state().call;
  if (call.here != nullptr || sequence_ == call.sequence) return;
  if (context_) code_.end(std::exchange(context_, nullptr));
  code_ = call.code;
  byte_reader arguments({call.arguments.address, call.arguments.size});
  context_ = code_.begin(arguments);
  sequence_ = call.sequence;
}

void worker::run_tasks(batch_view& view) {
  prepare();
  if (call* const here = board_.state().call.here) {
    here->run(view);
  } else {
    code_.run(context_, view);
  }
}

/// false: it was stopped before.
bool worker::run_all(batch_view& view) {
  while (view.position < view.count) {
    try {
      run_tasks(view);
      break;
    } catch (...) {
      note_failure(view);
    }
  }
  return view.position == view.count;
}

void worker::run(batch_cell& cell) {
  batch_view view = board_.view(cell);
  view.blobs = this;
  before_ = place().stored.load(std::memory_order_relaxed);
  const running before = std::exchange(current(), {true, &view, this, number_});
  if (board_.state().call.step == 0) {
    run_all(view);
  } else {
    while (board_.take_grain(cell, view) && run_all(view)) {
    }
  }
  current() = before;
  if (view.limited) {
    place().started.store(0, std::memory_order_relaxed);
  }
  cell.blob_end = place().stored.load(std::memory_order_relaxed);
  cell.whole = cell.from == 0 && view.position == view.count && !view.failed;
  board_.complete(cell);
  const std::uint64_t waiting =
      cell.blob_end - place().released.load(std::memory_order_relaxed);
  if (waiting > many_bytes) board_.ring();
}

/// The task at `position` threw.  (If nothing had begun yet, its arguments
/// could not be decoded, which is that task's failure, too.)
void worker::note_failure(batch_view& view) {
  task_failure failure = describe_current_exception();
  const std::uint32_t i = view.position++;
  view.failed = true;
  if (view.begun->load(std::memory_order_relaxed) <= i) {
    view.begun->store(i + 1, std::memory_order_release);
  }
  if (view.limited && stop_) {
    const std::lock_guard lock(stop_->mutex);
    place().started.store(0, std::memory_order_relaxed);
    if (stop_->source.stop_requested()) {
      failure.status = task_status::timed_out;
    }
  }
  if (board_.shared()) failure.pid = ::getpid();
  try {
    put(std::move(failure), view.result(i), view.local, this);
  } catch (const std::exception&) {
    // No memory for the words: an empty blob says so.
    std::memset(view.result(i), 0, sizeof(blob));
  }
  const bool last = board_.state().call.fail_fast;
  if (last) board_.state().stop.store(1, std::memory_order_seq_cst);
  // Release: pairs with the collection of the batch.
  view.status[i].store(static_cast<std::uint8_t>(task_status::error),
                       std::memory_order_release);
  if (last) board_.ring();
}

/// Where so many bytes go: past what waits for the caller, in one piece.
std::optional<std::uint64_t> worker::find_room(std::uint64_t size) {
  worker_place& mine = place();
  std::uint64_t at = mine.stored.load(std::memory_order_relaxed);
  // Acquire: pairs with the caller's release; it has read what was there.
  const std::uint64_t waiting =
      std::max(mine.released.load(std::memory_order_acquire),
               mine.base.load(std::memory_order_relaxed));
  const std::uint64_t left = mine.blob_bytes - at % mine.blob_bytes;
  if (waiting == at && at % mine.blob_bytes != 0) {
    // Nothing waits: from the front again, where memory is in use already.
    at += left;
    mine.base.store(at, std::memory_order_relaxed);
  } else if (size > left) {
    at += left;
  }
  const std::uint64_t first =
      std::max(waiting, mine.base.load(std::memory_order_relaxed));
  if (at + size - first > mine.blob_bytes) return {};
  return at;
}

/// Has the caller collect what lies there of earlier batches.  Rare: so it is
/// looked for, and nobody has to say it.
void worker::wait_for_room() {
  // The task is done: its time does not run any more.
  place().started.store(0, std::memory_order_relaxed);
  board_.ring();
  const timespec some = to_timespec(1'000'000);
  ::nanosleep(&some, nullptr);
}

blob worker::store(std::span<const std::byte> bytes) {
  worker_place& mine = place();
  constexpr std::uint64_t alignment = 64;
  const std::uint64_t size =
      (bytes.size() + alignment - 1) / alignment * alignment;
  std::optional<std::uint64_t> at = find_room(size);
  while (!at && size <= mine.blob_bytes) {
    const bool in_vain =
        mine.released.load(std::memory_order_acquire) >= before_;
    if (!in_vain) wait_for_room();
    at = find_room(size);
    if (in_vain) break;
  }
  if (!at) {
    telar::detail::raise(
        errc::no_space,
        "a result of " + std::to_string(bytes.size()) +
            " bytes does not fit into the memory for results.  Return less, "
            "write it to a graph or a file, or use a smaller grain.");
  }
  std::byte* const to = mine.blobs + *at % mine.blob_bytes;
  board_.commit(to, size);
  std::memcpy(to, bytes.data(), bytes.size());
  mine.stored.store(*at + size, std::memory_order_relaxed);
  return {to, bytes.size()};
}

}  // namespace detail

// ---- What a task may ask

namespace this_task {

bool inside() noexcept { return detail::current().inside; }

std::uint64_t index() noexcept {
  const detail::batch_view* const batch = detail::current().batch;
  return batch ? batch->first + batch->position : 0;
}

unsigned worker() noexcept { return detail::current().number; }

std::stop_token stop_token() {
  const detail::worker* const by = detail::current().by;
  detail::stop_place* const stop = by ? by->stop() : nullptr;
  if (!stop || !detail::current().batch->limited) return {};
  const std::lock_guard lock(stop->mutex);
  return stop->source.get_token();
}

}  // namespace this_task
}  // namespace telar::parallel
