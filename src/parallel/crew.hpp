// parallel/crew.hpp: the workers of an executor, as the conductor sees them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <vector>

#include "parallel/board.hpp"

namespace telar::parallel::detail {

/// A worker process that ended and was reaped.
struct ended {
  unsigned worker;
  pid_t pid;
  int signal;
  int exit_code;
};

class crew {
 public:
  crew() = default;
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;
  virtual ~crew() = default;

  virtual void begin_call() = 0;  ///< The board is ready for them.
  virtual void end_call() = 0;    ///< Nothing is running or ready any more.

  /// Runs a batch in the caller's thread, where that is part of the backend.
  virtual bool help() { return false; }

  /// Sleeps until the board rings, a worker dies or the time (0: no limit) is
  /// over.  May return sooner.
  virtual void wait(std::uint64_t nanoseconds) = 0;

  // ---- Processes only

  /// The workers that died since; each once.
  virtual std::vector<ended> reap() { return {}; }
  virtual void replace(unsigned) {}
  virtual void kill_all() {}
  /// Kills the worker if it still runs the task that began at `started`.
  virtual bool kill_if_at(unsigned, std::uint64_t) { return false; }
  /// What a start hook threw.
  virtual std::exception_ptr hook_error() { return nullptr; }
};

}  // namespace telar::parallel::detail
