// telar/parallel/outcome.hpp: how a task ended.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <telar/error.hpp>

namespace telar::parallel {

enum class task_status : std::uint8_t {
  cancelled,  ///< It was not begun, because the call ended before.
  value,
  error,      ///< It threw.
  died,       ///< It was running when its worker died.
  timed_out,  ///< It exceeded the time limit.
};

[[nodiscard]] std::string_view to_string(task_status status) noexcept;

/// Why a task has no value.
struct task_failure {
  task_status status = task_status::cancelled;
  /// The exception's own, if it was a `telar::error`.
  errc code = errc::task_failed;
  std::string type{};     ///< Of the exception, as C++ writes it.
  std::string message{};  ///< What it said; or how the worker died.
  pid_t pid = 0;          ///< Of the process that ran it, if it was another.
};

/// How one task ended: its value, or why it has none.
template <typename T>
struct outcome {
  task_status status = task_status::cancelled;
  std::optional<T> value{};
  task_failure failure{};

  [[nodiscard]] bool ok() const noexcept {
    return status == task_status::value;
  }
  explicit operator bool() const noexcept { return ok(); }
  const T& operator*() const { return value.value(); }
};

/// For tasks that return nothing.
template <>
struct outcome<void> {
  task_status status = task_status::cancelled;
  task_failure failure{};

  [[nodiscard]] bool ok() const noexcept {
    return status == task_status::value;
  }
  explicit operator bool() const noexcept { return ok(); }
};

/// A task threw, or exceeded its time limit (`errc::timed_out`).  The code is
/// that of a `telar::error` that it threw, otherwise `errc::task_failed`.
class task_error : public error {
 public:
  task_error(std::uint64_t task, task_failure failure);

  /// The task's place in the input.
  [[nodiscard]] std::uint64_t task() const noexcept { return task_; }
  /// The exception's type, as C++ writes it: "std::out_of_range".
  [[nodiscard]] const std::string& type() const noexcept {
    return failure_.type;
  }
  /// What the exception said.
  [[nodiscard]] const std::string& message() const noexcept {
    return failure_.message;
  }
  [[nodiscard]] task_status status() const noexcept { return failure_.status; }

 private:
  std::uint64_t task_;
  task_failure failure_;
};

/// How a worker process ended that should not have.
struct worker_death {
  unsigned worker = 0;
  pid_t pid = 0;
  int signal = 0;     ///< That killed it; 0: it ended by itself …
  int exit_code = 0;  ///< … with this code.
  std::vector<std::uint64_t> tasks{};  ///< Lost with it: begun, not finished.
  std::string said{};                  ///< Of its start hook, when that failed.
};

/// A worker process died.  Nothing of the call is running any more, and the
/// next call has fresh workers.  Code `errc::task_failed`.
class worker_error : public error {
 public:
  explicit worker_error(worker_death death);

  [[nodiscard]] pid_t pid() const noexcept { return death_.pid; }
  [[nodiscard]] int signal() const noexcept { return death_.signal; }
  [[nodiscard]] int exit_code() const noexcept { return death_.exit_code; }
  [[nodiscard]] const std::vector<std::uint64_t>& tasks() const noexcept {
    return death_.tasks;
  }

 private:
  worker_death death_;
};

}  // namespace telar::parallel
