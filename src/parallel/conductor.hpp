// parallel/conductor.hpp: one call, seen from the caller's thread: takes inputs
// from the range, hands them out, collects results, and deals with what goes
// wrong.
#pragma once

#include <exception>
#include <map>
#include <optional>
#include <vector>

#include "parallel/crew.hpp"
#include "parallel/input_store.hpp"
#include "parallel/pace.hpp"

namespace telar::parallel::detail {

class conductor {
 public:
  conductor(board& with, crew& workers, unsigned count, call& what,
            const options& how);

  /// Throws what the call throws.
  void run();

 private:
  // ---- conductor.cpp: handing out
  void prepare(bool portable);
  void conduct();
  void publish();
  void announce();
  bool publish_one(bool slow);
  void put(batch_cell& cell);
  std::uint32_t fill(const batch_view& batch, std::uint32_t most);
  void hand_out(batch_cell& cell);
  void retract();
  void rest();
  [[nodiscard]] std::uint32_t needed() const;
  [[nodiscard]] std::uint64_t sleep_time() const;
  void finish();

  // ---- collect.cpp: what comes back
  void collect();
  void collect_batch(batch_cell& cell);
  void collect_task(const batch_view& view, std::uint32_t i);
  void deliver(const batch_view& view, std::uint32_t i);
  void fail(std::uint64_t task, task_failure failure);
  void free(batch_cell& cell);
  template <typename Action>
  void guarded(const Action& action);
  void stop();

  // ---- split.cpp: parts of batches that go to another worker
  void settle(batch_cell& cell) const;
  void feed_the_hungry();
  [[nodiscard]] batch_cell* longest();
  void hand_over(batch_cell& from, const left_of_batch& part);
  [[nodiscard]] bool hungry() const {
    // Sequential: pairs with ask_for_more().
    return board_.state().hungry.load(std::memory_order_seq_cst) ==
           somebody_hungry;
  }

  // ---- losses.cpp: workers that die
  void look_for_deaths();
  void bury(const ended& dead);
  std::optional<std::uint64_t> salvage(batch_cell& cell, worker_death& death);
  void lose(std::uint64_t task, const worker_death& death);
  void give_up(worker_death death);
  void look_for_overdue();

  [[nodiscard]] bool stopping() const {
    // Acquire: a worker that failed sets it.
    return board_.state().stop.load(std::memory_order_acquire) != 0;
  }

  board& board_;
  crew& crew_;
  unsigned workers_;
  call& call_;
  const options& how_;
  pace pace_;
  progress_reporter progress_;
  input_store inputs_;
  bool fed_ = false;  ///< Inputs are put into cells.

  std::vector<std::uint32_t> free_;     ///< Batches that can be filled.
  std::vector<std::uint32_t> drained_;  ///< Done, being collected.
  std::uint64_t taken_ = 0;             ///< Inputs taken from the range.
  std::uint64_t done_ = 0;              ///< Tasks that ended, however.
  std::uint32_t in_flight_ = 0;         ///< Batches that are not free.
  std::uint64_t tasks_in_flight_ = 0;
  std::uint32_t batches_ = 0;    ///< That there are.
  std::uint32_t used_ = 0;       ///< Batches that were ever filled.
  std::uint32_t collected_ = 0;  ///< Batches that came over the list.
  bool exhausted_ = false;
  bool retracted_ = false;  ///< What nobody had begun was taken back.
  unsigned idle_deaths_ = 0;
  bool gave_up_ = false;  ///< The other workers were killed.

  std::map<std::uint64_t, unsigned> tries_;    ///< Of tasks that were lost.
  std::map<unsigned, std::uint64_t> overdue_;  ///< Workers killed for it.
  std::optional<std::pair<std::uint64_t, task_failure>> failed_;
  std::optional<worker_death> death_;
  std::exception_ptr thrown_;  ///< By the caller's own code.
};

}  // namespace telar::parallel::detail
