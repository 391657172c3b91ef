// cli/import_workers.cpp: starting workers and waiting for them.
#include "cli/import_workers.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cli/exit_status.hpp"

namespace telar::cli {
namespace {

constexpr std::chrono::milliseconds tick_time{200};

void run_threads(unsigned count, const team_work& work) {
  std::mutex mutex;
  std::condition_variable ended;
  unsigned running = count;
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      work.share(i);
      const std::lock_guard lock(mutex);
      --running;
      ended.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  while (!ended.wait_for(lock, tick_time, [&] { return running == 0; })) {
    work.tick();
  }
}

std::string death_text(pid_t pid, int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return fmt::format("worker process {} was killed by signal {} ({})", pid,
                       signal, ::strsignal(signal));
  }
  return fmt::format("worker process {} ended with exit code {}", pid,
                     WEXITSTATUS(status));
}

/// Forked workers.  Each holds the writing end of a pipe of its own, which
/// closes when it ends, in whatever way.
class process_team {
 public:
  process_team() = default;
  process_team(const process_team&) = delete;
  /// Leaves no process behind.
  ~process_team() {
    for (std::size_t i = 0; i < pids_.size(); ++i) {
      if (pipes_[i].fd < 0) continue;
      ::kill(pids_[i], SIGKILL);
      (void)reap(i);
    }
  }

  void start(const std::function<void(unsigned)>& share) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail_to_start(errno);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    const int errnum = errno;
    if (pid == 0) run_child(parent, share);
    ::close(ends[1]);
    if (pid < 0) {
      ::close(ends[0]);
      fail_to_start(errnum);
    }
    pids_.push_back(pid);
    pipes_.push_back({.fd = ends[0], .events = POLLIN, .revents = 0});
  }

  /// Waits until all have ended; returns the first death in words, or nothing.
  std::string wait(const team_work& work) {
    std::string death;
    for (std::size_t running = pids_.size(); running > 0;) {
      // Negative descriptors, of those that have ended, are passed over.
      if (::poll(pipes_.data(), pipes_.size(), tick_time.count()) <= 0) {
        work.tick();
        continue;
      }
      for (std::size_t i = 0; i < pids_.size(); ++i) {
        if (pipes_[i].fd < 0 || pipes_[i].revents == 0) continue;
        --running;
        const int status = reap(i);
        if (status == 0) continue;
        if (death.empty()) death = death_text(pids_[i], status);
        work.on_death();
      }
    }
    return death;
  }

 private:
  [[noreturn]] static void fail_to_start(int errnum) {
    throw failure(exit_status::failure,
                  std::string("a worker process could not be started: ") +
                      std::strerror(errnum));
  }

  [[noreturn]] void run_child(pid_t parent,
                              const std::function<void(unsigned)>& share) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // It may have died before that.
    if (::getppid() != parent) ::_exit(1);
    // In a thread, whose end detaches it from the graph.
    const auto index = static_cast<unsigned>(pids_.size());
    std::thread([&] { share(index); }).join();
    // Without the parent's destructors and buffered output.
    ::_exit(0);
  }

  int reap(std::size_t i) {
    ::close(pipes_[i].fd);
    pipes_[i].fd = -1;
    int status = 0;
    while (::waitpid(pids_[i], &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }

  std::vector<pid_t> pids_;
  std::vector<pollfd> pipes_;
};

}  // namespace

void run_team(backend how, unsigned count, const team_work& work) {
  if (how == backend::threads) return run_threads(count, work);
  process_team team;
  for (unsigned i = 0; i < count; ++i) team.start(work.share);
  if (const std::string death = team.wait(work); !death.empty()) {
    throw failure(exit_status::failure, death);
  }
}

}  // namespace telar::cli
