// parallel/shared_loop.hpp: a call in the caller's memory whose tasks find their
// input, and put their result, by number: so that nothing has to be handed over
// but numbers, which workers take from one counter.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include <telar/parallel/detail/call.hpp>
#include <telar/parallel/options.hpp>

namespace telar::parallel::detail {

class shared_loop {
 public:
  /// Whether nobody wants to look at the call's tasks while they run: then it
  /// can be such a loop, if `what` is able to.
  static bool fits(const call& what, const options& how);

  /// `what` has made place for its results.
  shared_loop(call& what, const options& how, unsigned workers);

  /// Runs tasks until none is to begin any more.  Concurrent.
  void run(unsigned worker);
  /// No task begins any more.
  void stop() noexcept;
  /// Throws `task_error` for the first in the input of the failures known.
  void finish();

  [[nodiscard]] std::uint64_t tasks() const noexcept { return total_; }

 private:
  [[nodiscard]] std::uint64_t take(std::uint64_t& first);
  void run(batch_view& batch);
  void note_failure(std::uint64_t task);

  call& call_;
  std::uint64_t total_;
  std::uint64_t share_;  ///< 1 / share of what is left is taken at once …
  std::uint64_t grain_;  ///< … unless this says how much.
  alignas(64) std::atomic<std::uint64_t> next_{0};
  alignas(64) std::atomic<std::uint32_t> stop_{0};
  std::mutex mutex_;
  std::optional<std::pair<std::uint64_t, task_failure>> failed_;
};

}  // namespace telar::parallel::detail
