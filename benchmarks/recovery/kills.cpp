// benchmarks/recovery/kills.cpp: the workers, and their killer.
#include "kills.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <new>
#include <random>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

using clock = std::chrono::steady_clock;

std::int64_t now() { return clock::now().time_since_epoch().count(); }

constexpr unsigned most_workers = 64;
constexpr unsigned nobody = ~0u;

/// What workers and killer share.
struct board {
  std::atomic<unsigned> place{nobody};  ///< Where to work.
  std::atomic<unsigned> victim{nobody};
  std::atomic<bool> held{false};
  std::atomic<std::int64_t> struck{0};     ///< When; 0: not yet.
  std::atomic<std::int64_t> first{0};      ///< When the first came after that.
  std::atomic<unsigned> at[most_workers];  ///< Where each is going to work.
};

class arena {
 public:
  arena(contender& what, unsigned workers, moment when)
      : what_(what), workers_(workers), when_(when) {
    for (auto& at : there_.at) at = nobody;
    for (unsigned w = 0; w < workers_; ++w) pids_.push_back(start(w));
  }
  ~arena() {
    for (const pid_t pid : pids_) end(pid);
  }
  arena(const arena&) = delete;

  double kill_at(unsigned place) {
    const unsigned victim = place % workers_;
    there_.victim = victim;
    there_.first = 0;
    there_.struck = 0;
    there_.held = false;
    there_.place = place;
    await_work(place, victim);
    const std::int64_t begin = now();
    there_.struck = begin;
    ::kill(pids_[victim], SIGKILL);
    await([&] { return there_.first.load() != 0; });
    end(pids_[victim]);
    there_.victim = nobody;
    pids_[victim] = start(victim);
    return static_cast<double>(there_.first.load() - begin) / 1e9;
  }

 private:
  pid_t start(unsigned worker) {
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("fork failed");
    if (pid != 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
      for (unsigned place = nobody;;) place = work(worker, place);
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "bench-recovery: %s\n", failure.what());
    }
    ::_exit(1);
  }

  /// Works where the board says, or, as the victim, holds on to it.
  unsigned work(unsigned worker, unsigned last) {
    const unsigned place = there_.place;
    const bool holds = when_ == moment::holding;
    const bool over = holds || there_.first != 0;
    if (place == nobody || (place == last && over)) {
      ::usleep(50);
      return last;
    }
    if (holds && there_.victim == worker) {
      what_.hold(place);
      there_.held = true;
      for (;;) {  // in a tight loop until the end
      }
    }
    while (holds && !there_.held && there_.place == place) ::usleep(50);
    there_.at[worker] = place;
    what_.work_at(place, worker);
    const std::int64_t done = now();
    const std::int64_t struck = there_.struck;
    if (struck != 0 && done > struck && there_.victim != worker &&
        there_.place == place) {
      std::int64_t none = 0;
      there_.first.compare_exchange_strong(none, done);
    }
    return place;
  }

  /// Until all others are at work there, and some random time more.
  void await_work(unsigned place, unsigned victim) {
    await([&] {
      for (unsigned w = 0; w < workers_; ++w) {
        if (w != victim && there_.at[w] != place) return false;
      }
      return true;
    });
    std::this_thread::sleep_for(std::chrono::microseconds(random_() % 3'000));
  }

  template <typename Condition>
  void await(Condition holds) {
    const auto deadline = clock::now() + std::chrono::seconds(10);
    while (!holds()) {
      if (clock::now() > deadline) throw std::runtime_error("nobody came");
      ::usleep(20);
    }
  }

  static void end(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  contender& what_;
  unsigned workers_;
  moment when_;
  boost::interprocess::mapped_region memory_ =
      boost::interprocess::anonymous_shared_memory(sizeof(board));
  board& there_ = *new (memory_.get_address()) board;
  std::vector<pid_t> pids_;
  std::mt19937_64 random_{1};
};

}  // namespace

std::vector<double> time_kills(contender& what, unsigned workers, moment when) {
  std::vector<double> all;
  {
    arena them(what, workers, when);
    for (unsigned place = 0; place < what.places(); ++place) {
      all.push_back(them.kill_at(place));
    }
  }
  what.verify();
  return all;
}

}  // namespace bench
