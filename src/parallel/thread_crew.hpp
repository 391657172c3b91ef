// parallel/thread_crew.hpp: the caller's thread and others beside it.  Without
// others it is the sequential backend.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "parallel/crew.hpp"
#include "parallel/helper_threads.hpp"
#include "parallel/shared_loop.hpp"
#include "parallel/worker.hpp"

#include <telar/parallel/options.hpp>

namespace telar::parallel::detail {

class thread_crew final : public crew {
 public:
  thread_crew(board& with, unsigned workers, const options& how);
  ~thread_crew() override;

  void begin_call() override;
  void end_call() override;
  bool help() override;
  void wait(std::uint64_t nanoseconds) override;
  std::exception_ptr hook_error() override;

  /// The caller and the others run the loop to its end.
  void run(shared_loop& loop);

 private:
  struct team;
  struct helper;

  void call_helpers();
  void wait_for_helpers();
  bool help_as(unsigned worker);
  static void help_from_a_thread(void* which);
  void start_hook(unsigned worker);
  void watch(std::stop_token stop);
  std::uint64_t ask_overdue();

  board& board_;
  const options& how_;
  unsigned workers_;
  std::vector<stop_place> stops_;
  std::vector<char> started_;  ///< Whose hook has run; each its own entry.
  std::unique_ptr<worker> caller_;
  std::unique_ptr<helper_threads> threads_;
  team* team_ = nullptr;
  shared_loop* loop_ = nullptr;  ///< The call that is on, if it is one.
  std::mutex mutex_;
  std::exception_ptr hook_error_;
  std::condition_variable_any watching_;
  std::jthread watcher_;
};

}  // namespace telar::parallel::detail
