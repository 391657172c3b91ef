// Ranges of task numbers, from one counter.
#include "parallel/shared_loop.hpp"

#include <algorithm>

#include "parallel/failure.hpp"
#include "parallel/worker.hpp"

namespace telar::parallel::detail {
namespace {

/// Shares of what is left, for each worker: many tasks at first, one by one at
/// the end, so that workers are done at the same time.
constexpr std::uint64_t shares = 8;
/// What a batch can count.
constexpr std::uint64_t largest_range = std::uint64_t{1} << 24;

}  // namespace

bool shared_loop::fits(const call& what, const options& how) {
  return what.total && !what.partial && !what.prompt && !how.time_limit &&
         !how.progress;
}

shared_loop::shared_loop(call& what, const options& how, unsigned workers)
    : call_(what),
      total_(*what.total),
      share_(workers == 1 ? 1 : shares * workers),
      grain_(how.grain ? static_cast<std::uint64_t>(*how.grain) : 0) {}

/// How many tasks, from `first` on, are the caller's to run; 0: none is left.
std::uint64_t shared_loop::take(std::uint64_t& first) {
  // Relaxed throughout: who takes a number needs nothing that others wrote.
  if (grain_ != 0) {
    const std::uint64_t most = std::min(grain_, largest_range);
    first = next_.load(std::memory_order_relaxed);
    if (first >= total_) return 0;  // so that the counter does not wrap
    first = next_.fetch_add(most, std::memory_order_relaxed);
    return first < total_ ? std::min(most, total_ - first) : 0;
  }
  first = next_.load(std::memory_order_relaxed);
  for (;;) {
    if (first >= total_) return 0;
    const std::uint64_t count =
        std::clamp<std::uint64_t>((total_ - first) / share_, 1, largest_range);
    if (next_.compare_exchange_weak(first, first + count,
                                    std::memory_order_relaxed)) {
      return count;
    }
  }
}

void shared_loop::run(unsigned number) {
  batch_view batch;
  batch.stop = &stop_;
  batch.local = true;
  const running before = std::exchange(
      current(), {.inside = true, .batch = &batch, .number = number});
  std::uint64_t first = 0;
  while (const std::uint64_t count = take(first)) {
    batch.first = first;
    batch.count = static_cast<std::uint32_t>(count);
    batch.position = 0;
    run(batch);
    if (batch.stopped()) break;
  }
  current() = before;
}

void shared_loop::run(batch_view& batch) {
  try {
    call_.run_by_number(batch);
  } catch (...) {
    note_failure(batch.first + batch.position);
  }
}

void shared_loop::note_failure(std::uint64_t task) {
  stop();
  task_failure failure = describe_current_exception();
  const std::lock_guard lock(mutex_);
  if (!failed_ || task < failed_->first) failed_ = {task, std::move(failure)};
}

void shared_loop::stop() noexcept {
  // Relaxed: a task more or less.
  stop_.store(1, std::memory_order_relaxed);
}

void shared_loop::finish() {
  if (failed_) throw task_error(failed_->first, std::move(failed_->second));
}

}  // namespace telar::parallel::detail
