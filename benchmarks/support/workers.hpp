// benchmarks/support/workers.hpp: threads and processes that start as one.
#pragma once

#include <array>
#include <atomic>
#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <cstdint>
#include <functional>
#include <new>
#include <type_traits>

#include "contestant.hpp"

namespace bench {

/// The message of the first that failed, in memory that processes share.
struct failure {
  std::atomic<bool> happened = false;
  std::array<char, 256> message{};

  /// Runs `body`, and notes what it throws.
  void guard(const std::function<void()>& body) noexcept;
  /// Throws std::runtime_error with the message, if there is one.
  void rethrow() const;
};

/// Runs `body` in a forked process and waits; it ends without destructors.
/// Throws std::runtime_error if the process was killed.
void fork_and_wait(const std::function<void()>& body);

/// Calls `body` in a process of its own, which begins with a fresh heap and
/// gives back all that it took.
template <typename Result>
[[nodiscard]] Result in_own_process(const std::function<Result()>& body) {
  static_assert(std::is_trivially_copyable_v<Result>);
  struct shared {
    failure failed;
    Result result;
  };
  const auto memory =
      boost::interprocess::anonymous_shared_memory(sizeof(shared));
  auto& there = *new (memory.get_address()) shared{};
  fork_and_wait([&] { there.failed.guard([&] { there.result = body(); }); });
  there.failed.rethrow();
  return there.result;
}

/// What the workers of a crew do.
struct task {
  std::function<void(unsigned worker)> prepare;  ///< Before the clock starts.
  std::function<void(unsigned worker)> work;
};

/// How long a crew took.
struct timing {
  double seconds = 0;    ///< From the first start to the last finish.
  double cpu_share = 0;  ///< Of a core: what the worker with the least had.
};

/// Has each worker prepare, wait for the others, and work.
/// Throws std::runtime_error with the message of a worker that failed.
[[nodiscard]] timing timed(crew workers, const task& what);

}  // namespace bench
