// parallel/process_crew.hpp: worker processes: forked, watched, replaced.
#pragma once

#include <poll.h>

#include "parallel/crew.hpp"

#include <telar/parallel/options.hpp>

namespace telar::parallel::detail {

class process_crew final : public crew {
 public:
  /// `lasting`: forked now, and kept between calls; otherwise each call forks
  /// its own.
  process_crew(board& with, unsigned workers, const options& how, bool lasting);
  ~process_crew() override;

  void begin_call() override;
  void end_call() override;
  void wait(std::uint64_t nanoseconds) override;
  std::vector<ended> reap() override;
  void replace(unsigned worker) override { start(worker); }
  void kill_all() override;
  bool kill_if_at(unsigned worker, std::uint64_t started) override;

  /// Whether this is the process that made it, not a forked copy.
  [[nodiscard]] bool is_owner() const noexcept;
  /// Ids of the workers that are running: never 0, which to kill() is the
  /// whole group.
  [[nodiscard]] std::vector<pid_t> processes() const;

 private:
  struct member {
    pid_t pid = 0;
    int handle = -1;  ///< pidfd: readable when the process has ended.
  };

  void start_missing();
  void start(unsigned worker);
  [[noreturn]] void run_child(unsigned worker);
  void stop_all();
  ended reap_one(unsigned worker);
  int poll_all(std::uint64_t nanoseconds, bool forever);

  board& board_;
  const options& how_;
  bool lasting_;
  pid_t owner_;
  std::vector<member> members_;
  std::vector<::pollfd> watched_;  ///< The bell, then a pidfd for each member.
};

}  // namespace telar::parallel::detail
