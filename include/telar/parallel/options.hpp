// telar/parallel/options.hpp: who runs the tasks, how many at once, and what
// may be asked of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace telar::parallel {

/// Who runs the tasks.  What each shares and costs is in telar/parallel.hpp.
enum class backend : std::uint32_t {
  sequential,  ///< The caller, one after another.
  threads,     ///< The caller and threads of oneTBB.
  processes,  ///< Processes forked for the call: they see memory as it is then.
  workers,    ///< Processes forked once, early, and used call after call.
};

[[nodiscard]] std::string_view to_string(backend who) noexcept;

/// What tasks must have in common.  What the backend cannot give is refused
/// with `bad_argument`; nothing is ever run with fewer workers instead.
enum class shared : std::uint32_t {
  nothing,
  segment,        ///< Graphs by handle: every backend has that.
  address_space,  ///< All memory: sequential and threads only.
};

/// How far a call is.
struct progress {
  std::uint64_t done = 0;
  std::optional<std::uint64_t> total;  ///< Absent: the input does not say.
  double per_second = 0;
  std::optional<std::chrono::duration<double>> remaining;
  bool ended = false;  ///< The call's last report, however it ended.
};

struct options {
  /// Absent: threads for `executor`, workers for `worker_pool`.
  std::optional<parallel::backend> backend{};
  /// On c cpus: -1 means c, -2 means c - 1 (at least 1), n means n, even if
  /// there are fewer cpus.  0 is refused.  See `available_cpus`.
  int workers = -1;
  /// Tasks that a worker takes at a time; absent: many at first, few at the
  /// end.  At most 65,536; 0 or less is refused.
  std::optional<std::int64_t> grain{};
  /// How many inputs may have been taken from the range whose results have not
  /// been handed over; absent: chosen.  0 or less is refused.
  std::optional<std::int64_t> window{};
  /// Of one task.  A process that exceeds it is killed and replaced; a thread
  /// cannot be: its `this_task::stop_token()` is asked to stop, and the call
  /// waits until the task does.
  std::optional<std::chrono::nanoseconds> time_limit{};
  shared require = shared::nothing;
  /// How often a task that was lost with its worker is run again.  For tasks
  /// that may be run twice.
  unsigned retries = 0;
  /// Called in the caller's thread, at most once in `progress_interval`, and
  /// at the end.  See `progress_bar`.
  std::function<void(const parallel::progress&)> progress{};
  std::chrono::milliseconds progress_interval{100};
  /// Called once in each worker, with its number, before its first task.  (On
  /// threads a worker is a number: its thread may be another in a later call.)
  std::function<void(unsigned worker)> on_start{};
};

/// How many workers can have a cpu: the least of the cpus that this process may
/// run on, the quota of its cgroup (rounded up) and TELAR_WORKERS, if that is
/// set.  Throws `bad_argument` when TELAR_WORKERS is no positive number.
/// Concurrency: concurrent.
[[nodiscard]] unsigned available_cpus();

/// What `options::workers` means on `cpus` cpus.  Throws `bad_argument` for 0
/// and for more than 1,024.
[[nodiscard]] unsigned worker_count(int workers, unsigned cpus);

}  // namespace telar::parallel
