// cli/import_workers.hpp: the same work by threads or by forked processes.
#pragma once

#include <functional>

namespace telar::cli {

enum class backend { threads, processes };

/// What a team of workers does.
struct team_work {
  /// The share of worker `i`.  Must not throw.
  std::function<void(unsigned)> share;
  /// Called by the parent about five times a second meanwhile.
  std::function<void()> tick;
  /// Called by the parent at once when a worker process died; the others are
  /// waited for, so this should make them stop.
  std::function<void()> on_death;
};

/// Runs `work.share(0 … count - 1)`, each in a worker of its own, and returns
/// when all have ended.
///
/// Throws `failure` if a process died (naming its pid, and the signal or the
/// exit code) or could not be started.  Worker processes die with their parent.
void run_team(backend how, unsigned count, const team_work& work);

}  // namespace telar::cli
