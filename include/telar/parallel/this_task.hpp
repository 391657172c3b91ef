// telar/parallel/this_task.hpp: what a task may ask about itself.
#pragma once

#include <cstdint>
#include <stop_token>

namespace telar::parallel::this_task {

/// Whether the caller runs inside a task.  A call of an executor made there
/// runs sequentially.  Concurrency: concurrent.
[[nodiscard]] bool inside() noexcept;

/// The task's place in the input; 0 outside of tasks.
[[nodiscard]] std::uint64_t index() noexcept;

/// The number of the worker that runs it, from 0.
[[nodiscard]] unsigned worker() noexcept;

/// Asked to stop when the task exceeds its time limit, on the sequential and
/// the threads backend: they cannot end a task that does not look.  (A worker
/// process is killed instead.)  Without a limit it is never asked.
[[nodiscard]] std::stop_token stop_token();

}  // namespace telar::parallel::this_task
