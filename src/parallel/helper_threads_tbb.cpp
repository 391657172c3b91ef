// An arena of oneTBB for an executor's threads.
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#include "parallel/helper_threads.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <memory>
#include <mutex>

namespace telar::parallel::detail {
namespace {

/// oneTBB has one limit for all of the process, the least that anybody asked
/// for: so there is one object that asks, for the sum of all executors.  Never
/// below what holds without it, which is the program's.
void ask_for(int more) {
  static std::mutex mutex;
  static int helpers = 0;
  static std::unique_ptr<tbb::global_control> asked;
  const std::lock_guard lock(mutex);
  helpers += more;
  asked.reset();
  const std::size_t usual = tbb::global_control::active_value(
      tbb::global_control::max_allowed_parallelism);
  if (static_cast<std::size_t>(helpers + 1) > usual) {
    asked = std::make_unique<tbb::global_control>(
        tbb::global_control::max_allowed_parallelism,
        static_cast<std::size_t>(helpers + 1));
  }
}

}  // namespace

struct helper_threads::arena {
  // No slot is kept for the caller, who never enters it.
  explicit arena(int helpers) : threads(helpers, 0) {}
  tbb::task_arena threads;
};

helper_threads::helper_threads(unsigned helpers) : helpers_(helpers) {
  ask_for(static_cast<int>(helpers));
  arena_ = std::make_unique<arena>(static_cast<int>(helpers));
}

helper_threads::~helper_threads() {
  arena_.reset();
  ask_for(-static_cast<int>(helpers_));
}

void helper_threads::start(void (*body)(void*), void* with) {
  arena_->threads.enqueue([=] { body(with); });
}

}  // namespace telar::parallel::detail

#endif
