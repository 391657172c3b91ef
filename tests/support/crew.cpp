// tests/support/crew.cpp: starting workers behind a gate, and waiting for them.
#include "support/crew.hpp"

#include <sched.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <future>
#include <latch>
#include <new>
#include <system_error>
#include <utility>

#include "support/segment_name.hpp"

namespace telar::test {
namespace {

using clock = std::chrono::steady_clock;

/// A flag that parent and children share: workers wait for it, so that they run
/// beside each other even where the work is shorter than a fork.
class shared_gate {
 public:
  shared_gate() {
    memory_ = ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) {
      throw std::system_error(errno, std::generic_category(), "mmap");
    }
    open_ = new (memory_) std::atomic<int>{0};
  }
  ~shared_gate() { ::munmap(memory_, sizeof(std::atomic<int>)); }
  shared_gate(const shared_gate&) = delete;
  shared_gate& operator=(const shared_gate&) = delete;

  void open() { open_->store(1, std::memory_order_release); }
  void pass() const {
    while (open_->load(std::memory_order_acquire) == 0) ::sched_yield();
  }

 private:
  void* memory_ = nullptr;
  std::atomic<int>* open_ = nullptr;
};

std::vector<process> start_processes(int workers, const crew::work& job) {
  shared_gate gate;
  std::vector<process> started;
  for (int worker = 0; worker < workers; ++worker) {
    started.push_back(start_process([&] {
      gate.pass();
      job(worker);
      return 0;
    }));
  }
  gate.open();
  return started;
}

}  // namespace

struct crew::thread_crew {
  thread_crew(int workers, work the_job)
      : gate(workers), job(std::move(the_job)) {
    for (int worker = 0; worker < workers; ++worker) {
      results.push_back(std::async(std::launch::async, [this, worker] {
        gate.arrive_and_wait();
        job(worker);
      }));
    }
  }

  /// Ends the program if a thread hangs: there is no way to end the thread.
  void wait(std::future<void>& result, clock::time_point deadline) {
    if (result.wait_until(deadline) == std::future_status::ready) return;
    std::fprintf(stderr, "a thread of a crew hung\n");
    remove_what_is_left();
    std::abort();
  }

  std::latch gate;
  work job;
  std::vector<std::future<void>> results;
};

std::ostream& operator<<(std::ostream& out, crew_kind kind) {
  return out << (kind == crew_kind::threads ? "threads" : "processes");
}

crew::crew(crew_kind kind, int workers, work job) {
  if (kind == crew_kind::threads) {
    threads_ = std::make_unique<thread_crew>(workers, std::move(job));
  } else {
    processes_ = start_processes(workers, job);
  }
}

crew::~crew() {
  if (threads_ && !threads_->results.empty()) (void)finish();
}

bool crew::finish(std::chrono::milliseconds limit) {
  const auto deadline = clock::now() + limit;
  bool succeeded = true;
  const auto attempt = [&](const auto& action) {
    try {
      action();
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "crew: %s\n", failure.what());
      succeeded = false;
    }
  };
  for (process& child : std::exchange(processes_, {})) {
    attempt([&] {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
      if (child.wait(std::max(left, left.zero())) != 0) succeeded = false;
    });
  }
  if (threads_) {
    for (auto& result : std::exchange(threads_->results, {})) {
      attempt([&] {
        threads_->wait(result, deadline);
        result.get();
      });
    }
  }
  return succeeded;
}

}  // namespace telar::test
