// demos/support/crew.hpp: one function, run by several forked processes.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <system_error>
#include <vector>

namespace demo {

/// Forked processes.  Each runs `work(index)`, index 0 … count - 1, and ends.
class crew {
 public:
  /// Forks them all.  What `work` throws is printed on stderr, after `program`.
  template <typename Work>
  crew(const char* program, unsigned count, const Work& work) : crew() {
    std::fflush(nullptr);  // or each child would print it once more
    for (unsigned index = 0; index < count; ++index) {
      const pid_t pid = ::fork();
      if (pid < 0) throw std::system_error(errno, std::generic_category());
      if (pid == 0) run(program, index, work);
      pids_.push_back(pid);
    }
  }
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;
  ~crew() { (void)join(); }

  /// Whether one of them is still at work.
  bool running() {
    std::erase_if(pids_, [&](pid_t pid) { return ended(pid, WNOHANG); });
    return !pids_.empty();
  }

  /// Waits for all; whether all of them returned from `work`.
  bool join() {
    for (const pid_t pid : pids_) (void)ended(pid, 0);
    pids_.clear();
    return succeeded_;
  }

 private:
  crew() = default;  // delegated to, so that a failed fork joins the others

  template <typename Work>
  [[noreturn]] static void run(const char* program, unsigned index,
                               const Work& work) {
    int status = 0;
    try {
      work(index);
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "%s: %s\n", program, failure.what());
      status = 1;
    }
    std::fflush(nullptr);
    ::_exit(status);  // no destructors: they belong to the parent
  }

  bool ended(pid_t pid, int options) {
    int status = 0;
    pid_t which = 0;
    do {
      which = ::waitpid(pid, &status, options);
    } while (which < 0 && errno == EINTR);
    if (which == pid && status != 0) succeeded_ = false;
    return which != 0;
  }

  std::vector<pid_t> pids_;
  bool succeeded_ = true;
};

}  // namespace demo
