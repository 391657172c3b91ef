// What comes back from workers: values, failures, and tasks never begun.
#include <utility>

#include "parallel/failure.hpp"
#include "parallel/guarded.hpp"

namespace telar::parallel::detail {

void conductor::stop() {
  board_.state().stop.store(1, std::memory_order_seq_cst);
}

void conductor::collect() {
  board_.drain(drained_);
  collected_ += static_cast<std::uint32_t>(drained_.size());
  for (const std::uint32_t index : drained_) {
    batch_cell& cell = board_.cell(index);
    const unsigned worker = cell.state.load(std::memory_order_relaxed) >> 8;
    collect_batch(cell);
    // Release: pairs with the worker's look for room; its blobs were read.
    board_.place(worker).released.store(cell.blob_end,
                                        std::memory_order_release);
  }
}

void conductor::collect_batch(batch_cell& cell) {
  settle(cell);
  const batch_view view = board_.view(cell);
  if (cell.whole != 0 && !thrown_) {
    bool all = false;
    guarded([&] { all = call_.collect_all(view); });
    if (all) {
      done_ += cell.count;
      return free(cell);
    }
  }
  for (std::uint32_t i = cell.from; i < cell.count; ++i) collect_task(view, i);
  free(cell);
}

void conductor::free(batch_cell& cell) {
  cell.state.store(batch_free, std::memory_order_relaxed);
  free_.push_back(board_.index_of(cell));
  --in_flight_;
  tasks_in_flight_ -= cell.count;
  inputs_.release(cell.input);
}

void conductor::collect_task(const batch_view& view, std::uint32_t i) {
  // Acquire: pairs with the worker that finished the task, also where it died
  // before the batch was on the list.
  const auto status =
      static_cast<task_status>(view.status[i].load(std::memory_order_acquire));
  switch (status) {
    case task_status::value:
      ++done_;
      return deliver(view, i);
    case task_status::error: {
      ++done_;
      blob words{};
      std::memcpy(&words, view.result(i), sizeof words);
      task_failure failure{.status = task_status::error,
                           .type = "",
                           .message =
                               "it threw, and no memory was left to say "
                               "what"};
      if (words.address != nullptr) {
        guarded(
            [&] { failure = take<task_failure>(view.result(i), view.local); });
      }
      return fail(view.first + i, std::move(failure));
    }
    case task_status::timed_out:
      ++done_;
      call_.drop_value(view.result(i), view.local);
      return fail(view.first + i,
                  {.status = status, .type = "", .message = ""});
    default:
      if (fed_) call_.drop_input(view.input(i), view.local);
  }
}

void conductor::deliver(const batch_view& view, std::uint32_t i) {
  if (thrown_) return call_.drop_value(view.result(i), view.local);
  guarded([&] { call_.collect(view, i); });
  if (call_.enough()) stop();
}

void conductor::fail(std::uint64_t task, task_failure failure) {
  if (failure.status == task_status::timed_out) {
    failure.code = errc::timed_out;
    failure.message = "it exceeded the time limit of " +
                      in_words(*how_.time_limit) +
                      (failure.message.empty() ? "" : "; " + failure.message);
  }
  if (call_.partial) {
    if (!thrown_) guarded([&] { call_.fail(task, std::move(failure)); });
    return;
  }
  // Of those that are known, the first in the input.
  if (!failed_ || task < failed_->first) {
    failed_ = {task, std::move(failure)};
  }
  stop();
}

}  // namespace telar::parallel::detail
