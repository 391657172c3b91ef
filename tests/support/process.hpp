// tests/support/process.hpp: a forked process that cannot outlive its test or
// hang it.
#pragma once

#include <chrono>
#include <functional>

#include <sys/types.h>

namespace telar::test {

/// How long a process or a crew may take before it counts as hung.  Generous:
/// sanitizer builds on a busy machine must stay far below it.
inline constexpr std::chrono::seconds watchdog_limit{100};

/// A running child.  The destructor kills it, and reaps it.
class process {
 public:
  explicit process(pid_t pid) : pid_(pid) {}
  process(process&& other) noexcept;
  process& operator=(process&& other) noexcept;
  ~process();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void send(int signal) const;

  /// Waits until the child ends: its exit code, or minus the signal that ended
  /// it.  After `limit` the child is killed and `std::runtime_error` is thrown.
  [[nodiscard]] int wait(std::chrono::milliseconds limit = watchdog_limit);

 private:
  int reap();

  pid_t pid_;  ///< 0: reaped, or moved from.
};

/// Forks a process that runs `body` and ends with its result, by `_exit`: no
/// destructors, no handlers of the parent.  An exception is printed, and ends
/// it with 1.
///
/// Catch's assertions do not work in it: throw (see `require`), or return a
/// code.
[[nodiscard]] process start_process(const std::function<int()>& body);

[[nodiscard]] inline int wait_for(
    process& child, std::chrono::milliseconds limit = watchdog_limit) {
  return child.wait(limit);
}

/// What workers use in place of Catch's REQUIRE, which is neither thread-safe
/// nor seen by the parent: throws `std::runtime_error(what)` unless `holds`.
void require(bool holds, const char* what);

}  // namespace telar::test
