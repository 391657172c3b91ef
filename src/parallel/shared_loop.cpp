// Ranges of task numbers: from one counter, then from each other.
#include "parallel/shared_loop.hpp"

#include <algorithm>
#include <thread>

#include "parallel/failure.hpp"
#include "parallel/worker.hpp"

namespace telar::parallel::detail {
namespace {

/// Shares of what is left, for each worker: many tasks at first, one by one at
/// the end, so that workers are done at the same time.
constexpr std::uint64_t shares = 8;
/// What a batch can count.
constexpr std::uint64_t largest_range = std::uint64_t{1} << 24;
/// Grains that words can name.  Of more, each is taken from the counter.
constexpr std::uint64_t most_in_words = 0xffffffffu;

}  // namespace

bool shared_loop::fits(const call& what, const options& how) {
  return what.total && !what.partial && !what.prompt && !how.time_limit &&
         !how.progress;
}

shared_loop::shared_loop(call& what, const options& how, unsigned workers)
    : call_(what),
      total_(*what.total),
      // One worker leaves nothing to others.
      grain_(
          how.grain && workers > 1
              ? std::min(static_cast<std::uint64_t>(*how.grain), largest_range)
              : 0),
      units_(grain_ == 0 ? total_
                         : total_ / grain_ + (total_ % grain_ != 0 ? 1 : 0)),
      share_(workers == 1 ? 1 : shares * workers),
      own_(grain_ != 0 && units_ <= most_in_words ? workers : 0) {}

/// Tasks that are the worker's to run; empty: none is left.
shared_loop::range shared_loop::take(unsigned worker) {
  if (grain_ == 0) return take_from_counter(largest_range);
  const range grains = own_.empty() ? take_from_counter(1) : take_grain(worker);
  return {grains.next * grain_,
          grains.end == units_ ? total_ : grains.end * grain_};
}

shared_loop::range shared_loop::take_from_counter(std::uint64_t most) {
  std::uint64_t first = next_.load(std::memory_order_relaxed);
  while (first < units_) {
    const auto count =
        std::clamp<std::uint64_t>((units_ - first) / share_, 1, most);
    // Release: pairs with find_more(); whoever sees it sees that it was sent.
    if (next_.compare_exchange_weak(first, first + count,
                                    std::memory_order_release,
                                    std::memory_order_relaxed)) {
      return {first, first + count};
    }
  }
  return {};
}

shared_loop::range shared_loop::take_grain(unsigned worker) {
  std::atomic<std::uint64_t>& mine = own_[worker].word;
  // Acquire and release, here and below: for find_more() of those who see a word
  // empty, a range that was taken from it counts as sent.
  std::uint64_t seen = mine.load(std::memory_order_acquire);
  for (range left = unpacked(seen); left.size() != 0; left = unpacked(seen)) {
    if (mine.compare_exchange_weak(seen, packed({left.next + 1, left.end}),
                                   std::memory_order_acq_rel,
                                   std::memory_order_acquire)) {
      return {left.next, left.next + 1};
    }
  }
  for (;;) {
    const std::uint64_t arrived = arrived_.load(std::memory_order_acquire);
    const range more = find_more();
    if (more.size() != 0) {
      // The first is not for others: so one of those who look always goes on.
      mine.store(packed({more.next + 1, more.end}), std::memory_order_release);
      // Release: pairs with the load above; the range is in its word.
      arrived_.fetch_add(1, std::memory_order_release);
      return {more.next, more.next + 1};
    }
    // None was on its way from one place looked at to another, meanwhile.
    if (sent_.load(std::memory_order_relaxed) == arrived) return {};
    std::this_thread::yield();
  }
}

/// Takes grains from the counter, or from another worker.  Until the caller
/// counts them as arrived, they are sent.
shared_loop::range shared_loop::find_more() {
  std::uint64_t word = 0;
  // Acquire: pairs with who takes from it; see there.
  if (next_.load(std::memory_order_acquire) >= units_ && !longest(word)) {
    return {};
  }
  sent_.fetch_add(1, std::memory_order_relaxed);
  range more = take_from_counter(units_);
  if (more.size() == 0) more = steal();
  if (more.size() == 0) arrived_.fetch_add(1, std::memory_order_release);
  return more;
}

shared_loop::range shared_loop::steal() {
  std::uint64_t word = 0;
  while (own_range* const from = longest(word)) {
    const range all = unpacked(word);
    const std::uint64_t middle = all.next + all.size() / 2;
    // Release: pairs with longest(); whoever sees it sees that it was sent.
    if (from->word.compare_exchange_strong(word, packed({all.next, middle}),
                                           std::memory_order_release,
                                           std::memory_order_relaxed)) {
      return {middle, all.end};
    }
  }
  return {};
}

/// Whoever has most left, and what; null: nobody has anything.
shared_loop::own_range* shared_loop::longest(std::uint64_t& word) {
  own_range* found = nullptr;
  std::uint64_t most = 0;
  for (own_range& each : own_) {
    const std::uint64_t seen = each.word.load(std::memory_order_acquire);
    const std::uint64_t size = unpacked(seen).size();
    if (size <= most) continue;
    most = size;
    word = seen;
    found = &each;
  }
  return found;
}

void shared_loop::run(unsigned number) {
  batch_view batch;
  batch.stop = &stop_;
  batch.local = true;
  const running before = std::exchange(
      current(), {.inside = true, .batch = &batch, .number = number});
  for (range tasks = take(number); tasks.size() != 0; tasks = take(number)) {
    batch.first = tasks.next;
    batch.count = static_cast<std::uint32_t>(tasks.size());
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
