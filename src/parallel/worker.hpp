// parallel/worker.hpp: the loop of a worker, in whatever thread or process.
#pragma once

#include <mutex>
#include <optional>
#include <stop_token>

#include "parallel/board.hpp"

namespace telar::parallel::detail {

/// How a worker that cannot be killed is asked to stop its task.
struct stop_place {
  std::mutex mutex;
  std::stop_source source;  ///< Of the task that runs.
};

class worker final : private blob_store {
 public:
  /// `stop`: for workers of this process.
  worker(board& with, unsigned number, stop_place* stop = nullptr)
      : board_(with), number_(number), stop_(stop) {}
  ~worker();
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  /// Takes a batch and runs it; false: there is none.
  bool run_one();

  /// Runs batches until the board says `quit`; sleeps when there are none.
  void serve();

  [[nodiscard]] worker_place& place() const { return board_.place(number_); }
  [[nodiscard]] stop_place* stop() const noexcept { return stop_; }

 private:
  void prepare();
  void run(batch_cell& cell);
  bool run_all(batch_view& view);
  void run_tasks(batch_view& view);
  void note_failure(batch_view& view);
  void idle(std::uint32_t bell) const;
  blob store(std::span<const std::byte> bytes) override;
  [[nodiscard]] std::optional<std::uint64_t> find_room(std::uint64_t size);
  void wait_for_room();

  board& board_;
  unsigned number_;
  stop_place* stop_;
  std::uint64_t tail_ = 0;      ///< Of the queue, as last seen.
  std::uint64_t before_ = 0;    ///< What was stored before the batch.
  std::uint64_t sequence_ = 0;  ///< Of the call that `context_` belongs to.
  portable_code code_;
  void* context_ = nullptr;
};

/// What runs in this thread.  `inside` stays true for a worker process's life.
struct running {
  bool inside = false;
  const batch_view* batch = nullptr;
  worker* by = nullptr;
  unsigned number = 0;  ///< The worker's.
};
[[nodiscard]] running& current() noexcept;

}  // namespace telar::parallel::detail
