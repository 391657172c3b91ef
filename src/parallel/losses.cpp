// Workers that die: what they held, and who goes on with it.
#include <utility>

#include "parallel/failure.hpp"
#include "parallel/futex.hpp"
#include "parallel/guarded.hpp"

namespace telar::parallel::detail {

void conductor::look_for_deaths() {
  for (const ended& dead : crew_.reap()) bury(dead);
}

void conductor::bury(const ended& dead) {
  worker_death death{.worker = dead.worker,
                     .pid = dead.pid,
                     .signal = dead.signal,
                     .exit_code = dead.exit_code};
  worker_place& place = board_.place(dead.worker);
  // Acquire: pairs with the dying worker, which said why.
  death.said.assign(place.said,
                    place.said_size.load(std::memory_order_acquire));
  // What it finished is on the list; what is taken after this, it held.
  collect();
  for (std::uint32_t i = 0; i < batches_; ++i) {
    batch_cell& cell = board_.cell(i);
    if (cell.state.load(std::memory_order_acquire) != taken_by(dead.worker)) {
      continue;
    }
    const std::optional<std::uint64_t> lost = salvage(cell, death);
    if (lost) lose(*lost, death);
  }
  // Its results were read: who follows it has all the room for them.
  place.released.store(place.stored.load(std::memory_order_relaxed),
                       std::memory_order_release);
  const bool by_limit = overdue_.erase(dead.worker) != 0;
  const bool forgiven = call_.partial || how_.retries > 0;
  // One that dies before it does anything will do so again.
  if (death.tasks.empty() && !by_limit) ++idle_deaths_;
  const bool in_vain = !death.said.empty() || idle_deaths_ > 4 * workers_;
  if (!by_limit && (in_vain || (death.tasks.empty() && !forgiven))) {
    give_up(death);
  }
  if (!stopping()) guarded([&] { crew_.replace(dead.worker); });
}

/// Collects what the dead worker finished of a batch, and hands out the rest
/// again.  Returns the task that it was running, unless that is to be run again.
std::optional<std::uint64_t> conductor::salvage(batch_cell& cell,
                                                worker_death& death) {
  settle(cell);
  const batch_view view = board_.view(cell);
  const std::uint32_t begun = cell.begun.load(std::memory_order_acquire);
  const bool by_limit = overdue_.contains(death.worker);
  std::optional<std::uint64_t> lost;
  std::uint32_t i = cell.from;
  for (; i < begun; ++i) {
    if (view.status[i].load(std::memory_order_acquire) != 0) {
      collect_task(view, i);
      continue;
    }
    const std::uint64_t task = view.first + i;
    death.tasks.push_back(task);
    if (!by_limit && !stopping() && tries_[task]++ < how_.retries) break;
    lost = task;
  }
  cell.from = i;
  if (cell.from == cell.count) {
    free(cell);
  } else if (stopping()) {
    collect_batch(cell);
  } else {
    hand_out(cell);
  }
  return lost;
}

void conductor::lose(std::uint64_t task, const worker_death& death) {
  const bool by_limit = overdue_.contains(death.worker);
  if (gave_up_) return;  // killed by us, for another's death
  if (!by_limit && !call_.partial) return give_up(death);
  ++done_;
  task_failure failure{
      .status = by_limit ? task_status::timed_out : task_status::died,
      .type = "",
      .message = by_limit ? "its worker, process " + std::to_string(death.pid) +
                                ", was killed"
                          : worker_error(death).what(),
      .pid = death.pid};
  fail(task, std::move(failure));
}

/// Ends the call: at once, since what others are at may take long.
void conductor::give_up(worker_death death) {
  if (gave_up_) return;
  gave_up_ = true;
  if (!death_) death_ = std::move(death);
  stop();
  if (in_flight_ == 0) return;
  crew_.kill_all();
  collect();
  for (std::uint32_t i = 0; i < batches_; ++i) {
    batch_cell& cell = board_.cell(i);
    if ((cell.state.load(std::memory_order_acquire) & 0xff) == batch_taken) {
      collect_batch(cell);
    }
  }
}

void conductor::look_for_overdue() {
  const auto limit = static_cast<std::uint64_t>(how_.time_limit->count());
  if (!board_.shared()) return;  // asked by the crew, not killed
  for (unsigned worker = 0; worker < workers_; ++worker) {
    // Acquire: pairs with note_start().
    const std::uint64_t started =
        board_.place(worker).started.load(std::memory_order_acquire);
    if (started == 0 || now() - started < limit) continue;
    if (overdue_.contains(worker)) continue;
    if (crew_.kill_if_at(worker, started)) overdue_[worker] = started;
  }
}

}  // namespace telar::parallel::detail
