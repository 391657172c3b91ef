// Forking workers, noticing their death, and seeing to it that they do not
// outlive their parent.
#include "parallel/process_crew.hpp"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "error/raise.hpp"
#include "parallel/failure.hpp"
#include "parallel/futex.hpp"
#include "parallel/worker.hpp"

namespace telar::parallel::detail {
namespace {

/// The exit code of a worker whose start hook threw.
constexpr int hook_failed = 70;
/// How long workers may take to end when they are told to.
constexpr std::uint64_t end_limit = 2'000'000'000;

// ---- In the child

/// For the signal handler below: who the parent is.
volatile pid_t parent_of_worker = 0;

/// The kernel signals a worker when the *thread* that forked it ends, which
/// need not be the end of the process.
void on_parent_signal(int) {
  if (::getppid() != parent_of_worker) ::_exit(0);
}

int parent_notice() { return SIGRTMAX - 1; }

/// No signal may find the child with its parent's handlers: all are held back
/// around the fork.
class signals_held {
 public:
  signals_held() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~signals_held() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signals_held(const signals_held&) = delete;
  signals_held& operator=(const signals_held&) = delete;

  /// In the child, which must hear of its parent's death.
  void release() {
    ::sigdelset(&before_, parent_notice());
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t before_;
};

/// What ends the parent's threads is not the worker's; and a crash is to end
/// it, not to run handlers that the program installed for itself.
void reset_signals() {
  for (const int fatal :
       {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTERM, SIGCHLD}) {
    std::signal(fatal, SIG_DFL);
  }
  // Ctrl-C reaches the whole group: what it ends is the parent's to decide,
  // and the workers end with it.  A handler that does nothing, since it is not
  // passed on to the programs that a task starts, which end by the signal.
  struct sigaction interrupt {};
  ::sigaction(SIGINT, nullptr, &interrupt);
  if (interrupt.sa_handler == SIG_IGN) return;
  interrupt = {};
  interrupt.sa_handler = [](int) {};
  interrupt.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &interrupt, nullptr);
}

void die_with(pid_t parent) {
  parent_of_worker = parent;
  const int notice = parent_notice();
  struct sigaction action {};
  action.sa_handler = on_parent_signal;
  action.sa_flags = SA_RESTART;
  ::sigaction(notice, &action, nullptr);
  ::prctl(PR_SET_PDEATHSIG, notice);
  // It may have died before the call above.
  if (::getppid() != parent) ::_exit(0);
}

void say(worker_place& place, const task_failure& failure) {
  const std::string text =
      "its start hook threw " + failure.type + ": " + failure.message;
  const std::size_t size = std::min(text.size(), sizeof place.said);
  std::memcpy(place.said, text.data(), size);
  // Release: pairs with describing the death.
  place.said_size.store(static_cast<std::uint32_t>(size),
                        std::memory_order_release);
}

}  // namespace

void process_crew::run_child(unsigned number) {
  current() = {};
  current().inside = true;
  {
    worker me(board_, number);
    try {
      if (how_.on_start) how_.on_start(number);
    } catch (...) {
      say(me.place(), describe_current_exception());
      ::_exit(hook_failed);
    }
    me.serve();
  }
  std::fflush(nullptr);
  ::_exit(0);
}

// ---- In the parent

process_crew::process_crew(board& with, unsigned workers, const options& how,
                           bool lasting)
    : board_(with),
      how_(how),
      lasting_(lasting),
      owner_(::getpid()),
      members_(workers),
      watched_(workers + 1, ::pollfd{-1, POLLIN, 0}) {
  watched_[0].fd = board_.bell_file();
  if (!lasting_) return;
  try {
    start_missing();
  } catch (...) {
    stop_all();
    throw;
  }
}

process_crew::~process_crew() {
  if (is_owner()) stop_all();
  for (const member& each : members_) {
    if (each.handle >= 0) ::close(each.handle);
  }
}

bool process_crew::is_owner() const noexcept { return owner_ == ::getpid(); }

std::vector<pid_t> process_crew::processes() const {
  std::vector<pid_t> ids;
  for (const member& each : members_) {
    if (each.pid != 0) ids.push_back(each.pid);
  }
  return ids;
}

void process_crew::start_missing() {
  for (unsigned worker = 0; worker < members_.size(); ++worker) {
    if (members_[worker].pid == 0) start(worker);
  }
}

void process_crew::start(unsigned worker) {
  worker_place& place = board_.place(worker);
  place.said_size.store(0, std::memory_order_relaxed);
  place.started.store(0, std::memory_order_relaxed);
  // Or the child would print the parent's text again.
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = [&] {
    signals_held held;
    const pid_t forked = ::fork();
    if (forked == 0) {
      reset_signals();
      die_with(parent);
      held.release();
      run_child(worker);
    }
    return forked;
  }();
  if (pid < 0) telar::detail::raise_system(errno, "cannot fork a worker");
  members_[worker].pid = pid;
  // The header that declares pidfd_open is not for C++ in glibc 2.36.
  const auto handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (handle < 0) {
    const int errnum = errno;
    ::kill(pid, SIGKILL);
    reap_one(worker);
    telar::detail::raise_system(errnum, "cannot watch a worker (pidfd_open)");
  }
  members_[worker].handle = handle;
  watched_[worker + 1].fd = handle;
}

void process_crew::begin_call() {
  board_.state().quit.store(0, std::memory_order_relaxed);
  start_missing();
}

void process_crew::end_call() {
  if (!lasting_) stop_all();
}

int process_crew::poll_all(std::uint64_t nanoseconds, bool forever) {
  const timespec most = to_timespec(nanoseconds);
  return ::ppoll(watched_.data(), watched_.size(), forever ? nullptr : &most,
                 nullptr);
}

void process_crew::wait(std::uint64_t nanoseconds) {
  if (poll_all(nanoseconds, nanoseconds == 0) <= 0) return;
  if ((watched_[0].revents & POLLIN) != 0) {
    std::uint64_t rings = 0;
    [[maybe_unused]] const ssize_t size =
        ::read(board_.bell_file(), &rings, sizeof rings);
  }
}

std::vector<ended> process_crew::reap() {
  std::vector<ended> dead;
  if (poll_all(0, false) <= 0) return dead;
  for (unsigned worker = 0; worker < members_.size(); ++worker) {
    if (watched_[worker + 1].revents != 0) dead.push_back(reap_one(worker));
  }
  return dead;
}

ended process_crew::reap_one(unsigned worker) {
  member& one = members_[worker];
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = ::waitpid(one.pid, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  // Somebody else of the program may have waited for all children.
  const bool known = reaped == one.pid;
  const ended how{worker, one.pid,
                  known && WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                  known && WIFEXITED(status) ? WEXITSTATUS(status) : 0};
  if (one.handle >= 0) ::close(one.handle);
  one = {};
  watched_[worker + 1].fd = -1;
  return how;
}

void process_crew::kill_all() {
  for (const member& each : members_) {
    if (each.pid != 0) ::kill(each.pid, SIGKILL);
  }
  for (unsigned worker = 0; worker < members_.size(); ++worker) {
    if (members_[worker].pid != 0) reap_one(worker);
  }
}

bool process_crew::kill_if_at(unsigned worker, std::uint64_t started) {
  const pid_t pid = members_[worker].pid;
  if (pid == 0) return false;
  // Stopped first: it may be done by now, and be at another task already.
  ::kill(pid, SIGSTOP);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid), &info, WSTOPPED | WEXITED | WNOWAIT);
  const bool same =
      board_.place(worker).started.load(std::memory_order_acquire) == started;
  ::kill(pid, same ? SIGKILL : SIGCONT);
  return same;
}

/// Tells all to end; who does not is killed.
void process_crew::stop_all() {
  board_.state().quit.store(1, std::memory_order_release);
  board_.wake_workers();
  const std::uint64_t until = now() + end_limit;
  // The bell may ring still: it is not what is waited for.
  watched_[0].fd = -1;
  for (;;) {
    const bool all = std::all_of(members_.begin(), members_.end(),
                                 [](const member& m) { return m.pid == 0; });
    const std::uint64_t time = now();
    if (all || time >= until) break;
    if (poll_all(until - time, false) > 0) reap();
  }
  kill_all();
  watched_[0].fd = board_.bell_file();
}

}  // namespace telar::parallel::detail
