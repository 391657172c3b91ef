// benchmarks/support/workers.cpp: a barrier, a clock, and fork.
#include "workers.hpp"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

namespace bench {
namespace {

using clock = std::chrono::steady_clock;
constexpr unsigned most_workers = 64;

/// What the calling thread has had of its core, in seconds.
double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) +
         1e-9 * static_cast<double>(used.tv_nsec);
}

/// A crew's state, in memory that processes share.
struct stage {
  pthread_barrier_t barrier;
  failure failed;
  std::array<clock::time_point, most_workers> start;
  std::array<clock::time_point, most_workers> finish;
  std::array<double, most_workers> cpu_share;

  explicit stage(unsigned workers) {
    pthread_barrierattr_t attributes;
    ::pthread_barrierattr_init(&attributes);
    ::pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    ::pthread_barrier_init(&barrier, &attributes, workers);
    ::pthread_barrierattr_destroy(&attributes);
  }

  void play(unsigned worker, const task& what) {
    failed.guard([&] { what.prepare(worker); });
    ::pthread_barrier_wait(&barrier);  // even if it failed: others wait here
    const double cpu_before = cpu_seconds();
    start[worker] = clock::now();
    if (!failed.happened) failed.guard([&] { what.work(worker); });
    finish[worker] = clock::now();
    const std::chrono::duration<double> wall = finish[worker] - start[worker];
    cpu_share[worker] = (cpu_seconds() - cpu_before) / wall.count();
  }

  [[nodiscard]] timing result(unsigned workers) const {
    const std::chrono::duration<double> wall =
        *std::max_element(finish.begin(), finish.begin() + workers) -
        *std::min_element(start.begin(), start.begin() + workers);
    return {wall.count(),
            *std::min_element(cpu_share.begin(), cpu_share.begin() + workers)};
  }
};

pid_t start_process(const std::function<void()>& body) {
  std::fflush(nullptr);  // or the child would print it once more
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) {
    body();
    ::_exit(0);
  }
  return pid;
}

/// Whether the process ended by itself.
bool wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return status == 0;
}

}  // namespace

void failure::guard(const std::function<void()>& body) noexcept {
  try {
    body();
  } catch (const std::exception& thrown) {
    if (!happened.exchange(true)) {
      std::strncpy(message.data(), thrown.what(), message.size() - 1);
    }
  }
}

void failure::rethrow() const {
  if (happened) throw std::runtime_error(message.data());
}

void fork_and_wait(const std::function<void()>& body) {
  if (!wait_for(start_process(body))) {
    throw std::runtime_error("a process of the benchmark was killed");
  }
}

timing timed(crew workers, const task& what) {
  if (workers.workers > most_workers) throw std::runtime_error("too many");
  const auto memory =
      boost::interprocess::anonymous_shared_memory(sizeof(stage));
  auto& shared = *new (memory.get_address()) stage(workers.workers);
  if (workers.kind == worker_kind::threads) {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < workers.workers; ++i) {
      threads.emplace_back([&, i] { shared.play(i, what); });
    }
  } else {
    std::vector<pid_t> pids;
    for (unsigned i = 0; i < workers.workers; ++i) {
      pids.push_back(start_process([&] { shared.play(i, what); }));
    }
    for (const pid_t pid : pids) {
      if (!wait_for(pid)) throw std::runtime_error("a worker was killed");
    }
  }
  shared.failed.rethrow();
  return shared.result(workers.workers);
}

}  // namespace bench
