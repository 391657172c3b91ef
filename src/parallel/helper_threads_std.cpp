// The same by std::thread, for builds with a sanitizer.  ThreadSanitizer does not
// know how oneTBB, which is not instrumented, hands work to its threads, reports
// races inside the library, and was seen to hang in such a report.  That of g++
// 12 for addresses does not take its allocator's locks before a fork: a child
// that is forked while an idle thread of oneTBB allocates sleeps for ever.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "parallel/helper_threads.hpp"

namespace telar::parallel::detail {

struct helper_threads::arena {
  explicit arena(unsigned helpers) {
    for (unsigned i = 0; i < helpers; ++i) {
      threads.emplace_back([this] { work(); });
    }
  }
  ~arena() {
    {
      const std::lock_guard lock(mutex);
      ended = true;
    }
    changed.notify_all();
    for (std::thread& each : threads) each.join();
  }

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return ended || !jobs.empty(); });
      if (jobs.empty()) return;
      const auto [body, with] = jobs.front();
      jobs.pop_front();
      lock.unlock();
      body(with);
      lock.lock();
    }
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::pair<void (*)(void*), void*>> jobs;
  bool ended = false;
  std::vector<std::thread> threads;
};

helper_threads::helper_threads(unsigned helpers)
    : arena_(std::make_unique<arena>(helpers)), helpers_(helpers) {}

helper_threads::~helper_threads() = default;

void helper_threads::start(void (*body)(void*), void* with) {
  {
    const std::lock_guard lock(arena_->mutex);
    arena_->jobs.emplace_back(body, with);
  }
  arena_->changed.notify_one();
}

}  // namespace telar::parallel::detail

#endif
