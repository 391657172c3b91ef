// tests/support/process.cpp: fork, wait with a limit, reap.
#include "support/process.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#if defined(TELAR_COVERAGE)
extern "C" void __gcov_dump();
#endif

namespace telar::test {
namespace {

[[noreturn]] void fail(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

/// Waits until the process ends, without reaping it; false after the limit.
bool ends_within(pid_t pid, std::chrono::milliseconds limit) {
  // The header that declares pidfd_open is not for C++ in glibc 2.36.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (handle < 0) fail("pidfd_open");
  const auto deadline = std::chrono::steady_clock::now() + limit;
  ::pollfd ended{handle, POLLIN, 0};
  int ready = 0;
  do {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    ready = ::poll(&ended, 1, static_cast<int>(std::max(left.count(), 0L)));
  } while (ready < 0 && errno == EINTR);
  ::close(handle);
  return ready > 0;
}

[[noreturn]] void run(const std::function<int()>& body) {
  // A crash is to end the child, not to run Catch's handlers in it.
  for (const int fatal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTERM}) {
    std::signal(fatal, SIG_DFL);
  }
  int code = 1;
  try {
    code = body();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "process %d: %s\n", ::getpid(), failure.what());
  } catch (...) {
    std::fprintf(stderr, "process %d: an exception\n", ::getpid());
  }
  std::fflush(nullptr);
#if defined(TELAR_COVERAGE)
  __gcov_dump();  // what a program does at its exit
#endif
  ::_exit(code);
}

}  // namespace

process::process(process&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)) {}

process& process::operator=(process&& other) noexcept {
  std::swap(pid_, other.pid_);
  return *this;
}

process::~process() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  reap();
}

void process::send(int signal) const {
  // kill(0, …) would reach the whole process group.
  if (pid_ == 0) throw std::logic_error("send to a process that was reaped");
  if (::kill(pid_, signal) != 0) fail("kill");
}

int process::wait(std::chrono::milliseconds limit) {
  if (pid_ == 0) throw std::logic_error("wait for a process that was reaped");
  if (ends_within(pid_, limit)) return reap();
  const std::string name = std::to_string(pid_);
  send(SIGKILL);
  reap();
  throw std::runtime_error("process " + name + " hung and was killed");
}

int process::reap() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

process start_process(const std::function<int()>& body) {
  std::fflush(nullptr);  // Or the child would print the parent's text again.
  const pid_t pid = ::fork();
  if (pid < 0) fail("fork");
  if (pid == 0) run(body);
  return process(pid);
}

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

}  // namespace telar::test
