// parallel/shared_loop.hpp: a call in the caller's memory whose tasks find their
// input, and put their result, by number: so that nothing has to be handed over
// but ranges of numbers.
//
// Workers take ranges from one counter: many tasks at first, few at the end.
// Without a grain a worker runs its range as it is.  With one it keeps the range
// in a word of its own, takes a grain at a time from its front, and whoever finds
// the counter at its end takes the back half of the longest range that another
// has left: so nobody is idle while a task has not begun, and a grain costs no
// transfer of a cache line between cores.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

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
  /// Tasks, or grains: [next, end).
  struct range {
    std::uint64_t next = 0;
    std::uint64_t end = 0;
    [[nodiscard]] std::uint64_t size() const { return end - next; }
  };
  /// Grains that are a worker's to run: {next : 32, end : 32}.  Its alone while
  /// it is empty; then a store fills it.
  struct alignas(64) own_range {
    std::atomic<std::uint64_t> word{0};
  };

  static range unpacked(std::uint64_t word) {
    return {word >> 32, word & 0xffffffffu};
  }
  static std::uint64_t packed(const range& grains) {
    return grains.next << 32 | grains.end;
  }

  [[nodiscard]] range take(unsigned worker);
  [[nodiscard]] range take_grain(unsigned worker);
  [[nodiscard]] range take_from_counter(std::uint64_t most);
  [[nodiscard]] range find_more();
  [[nodiscard]] range steal();
  [[nodiscard]] own_range* longest(std::uint64_t& word);
  void run(batch_view& batch);
  void note_failure(std::uint64_t task);

  call& call_;
  std::uint64_t total_;
  std::uint64_t grain_;  ///< 0: ranges are run as they are.
  std::uint64_t units_;  ///< What the counter counts: tasks, or grains.
  std::uint64_t share_;  ///< 1 / share of what is left is taken at once.
  std::vector<own_range> own_;
  alignas(64) std::atomic<std::uint64_t> next_{0};
  /// Ranges on their way into a worker's word, ever, and those that have arrived
  /// (or were not there to be taken).
  alignas(64) std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> stop_{0};
  std::mutex mutex_;
  std::optional<std::pair<std::uint64_t, task_failure>> failed_;
};

}  // namespace telar::parallel::detail
