// demos/notebook/meeting.hpp: tasks that wait for each other, so that each has
// a worker process of its own.
#pragma once

#include <sched.h>

#include <atomic>
#include <chrono>

#include "support/shared.hpp"

namespace notebook {

/// Make it before the workers are forked: they meet in its page.
class meeting {
 public:
  /// For the options of the executor: it ends a task whose fellows never come.
  static constexpr std::chrono::seconds time_limit{30};

  /// Returns when so many tasks have come, ever.  With a grain of 1 no worker
  /// holds a second task meanwhile.
  void wait_for(unsigned count) const {
    // Acquire and release: who leaves has seen what the others did before.
    arrived_->fetch_add(1, std::memory_order_acq_rel);
    while (arrived_->load(std::memory_order_acquire) < count) ::sched_yield();
  }

 private:
  demo::shared<std::atomic<unsigned>> arrived_;
};

}  // namespace notebook
