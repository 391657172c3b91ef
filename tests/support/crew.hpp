// tests/support/crew.hpp: the same work done by threads or by forked processes.
//
//   const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
//   crew writers(kind, 4, [&](int worker) { … });
//   CHECK(writers.finish());
//
// A race between processes escapes ThreadSanitizer, one between threads does
// not; only processes have their own attachments and can be killed.  So most
// concurrent tests run as both.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <vector>

#include "support/process.hpp"

namespace telar::test {

enum class crew_kind { threads, processes };

std::ostream& operator<<(std::ostream& out, crew_kind kind);

/// Workers that have been started.
class crew {
 public:
  using work = std::function<void(int worker)>;

  /// Starts workers 0 … `workers` - 1, which begin at the same time.  `job`
  /// reports failure by throwing: see `require`.
  crew(crew_kind kind, int workers, work job);
  /// Kills processes that are left; waits for threads.
  ~crew();
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;

  /// Waits for all workers: whether each ended without an exception, the text
  /// of which is on stderr.  A process that takes longer than the limit is
  /// killed and counts as failed.  A hung thread cannot be killed: the program
  /// is aborted, with a message.
  [[nodiscard]] bool finish(std::chrono::milliseconds limit = watchdog_limit);

  /// The processes, for tests that signal or kill them; none for threads.
  [[nodiscard]] std::vector<process>& processes() { return processes_; }

 private:
  struct thread_crew;

  std::vector<process> processes_;
  std::unique_ptr<thread_crew> threads_;
};

}  // namespace telar::test
