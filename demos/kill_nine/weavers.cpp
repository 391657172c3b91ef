// demos/kill_nine/weavers.cpp: fork, weave, kill -9, again.
#include "weavers.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace demo {
namespace {

/// All that a weaver does.  It never cleans up: it never gets to it.
void weave(telar::graph& g, ledger& told) {
  using clock = std::chrono::steady_clock;
  for (;;) {
    const std::uint64_t number = told.draw();
    while (!told.allows(number)) ::usleep(100);
    const auto [u, v] = ends_of(number);
    const auto begin = clock::now();
    g.add_edge(u, v);
    told.acknowledge(number, (clock::now() - begin).count());
  }
}

}  // namespace

weavers::weavers(telar::graph& g, ledger& told, unsigned count)
    : g_(g), told_(told) {
  std::fflush(nullptr);  // or each child would print it once more
  for (unsigned i = 0; i < count; ++i) pids_.push_back(start());
}

weavers::~weavers() {
  for (const pid_t pid : pids_) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
}

pid_t weavers::start() {
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // it died before that
  try {
    weave(g_, told_);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "kill_nine: %s\n", failure.what());
  }
  ::_exit(1);
}

void weavers::kill(pid_t pid) {
  int status = 0;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, &status, 0);
  if (!WIFSIGNALED(status)) throw std::runtime_error("a weaver gave up");
}

void weavers::replace(std::size_t which) {
  kill(std::exchange(pids_[which], start()));
}

void weavers::kill_all() {
  for (const pid_t pid : std::exchange(pids_, {})) kill(pid);
}

}  // namespace demo
