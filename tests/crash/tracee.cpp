// tests/crash/tracee.cpp: ptrace, and system calls in another process's name.
#include "crash/tracee.hpp"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "participant/process.hpp"

// Where a tracee is sent to make a system call.
asm(".pushsection .text\n"
    "telar_test_syscall: syscall\n"
    "int3\n"
    ".popsection");
extern "C" void telar_test_syscall();

namespace telar::test {
namespace {

/// How a stop at a system call differs from others: PTRACE_O_TRACESYSGOOD.
constexpr int call_stop = SIGTRAP | 0x80;

[[noreturn]] void fail(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

long trace(int request, pid_t pid, unsigned long address = 0, void* data = {}) {
  errno = 0;
  const long result =
      ::ptrace(static_cast<__ptrace_request>(request), pid, address, data);
  if (result == -1 && errno != 0) fail("ptrace");
  return result;
}

user_regs_struct registers_of(pid_t pid) {
  user_regs_struct all{};
  trace(PTRACE_GETREGS, pid, 0, &all);
  all.orig_rax = ~0ull;  // no system call is to be restarted
  return all;
}

void set_registers(pid_t pid, user_regs_struct all) {
  trace(PTRACE_SETREGS, pid, 0, &all);
}

int await(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, __WALL) < 0) {
    if (errno != EINTR) fail("waitpid");
  }
  return status;
}

user_regs_struct making(user_regs_struct at, long number, unsigned long first,
                        unsigned long second, unsigned long third = 0) {
  at.rip = reinterpret_cast<unsigned long>(&telar_test_syscall);
  at.rax = static_cast<unsigned long>(number);
  at.rdi = first;
  at.rsi = second;
  at.rdx = third;
  at.r10 = at.r8 = 0;
  return at;
}

bool is_within(std::uint64_t rip, std::uint64_t begin, std::uint64_t bytes) {
  return rip - begin < bytes;
}

/// Whether it may be about to write its id into a mutex.
bool handles_a_mutex(const user_regs_struct& at) {
  // What glibc makes of the files nptl/pthread_mutex_*.c lies together.
  const auto first = reinterpret_cast<std::uint64_t>(&pthread_mutex_consistent);
  const auto last = reinterpret_cast<std::uint64_t>(&pthread_mutex_unlock);
  constexpr std::uint64_t most = 1 << 16;
  if (!is_within(last, first, most)) {
    throw std::runtime_error("this C library keeps its mutexes elsewhere");
  }
  return is_within(at.rip, first - most / 16, last - first + most / 8);
}

/// Whether it has just asked for its id, and may be about to write it.
bool has_asked_for_its_id(const user_regs_struct& at) {
  // A system call leaves in rcx where it returns to.
  constexpr std::uint64_t most = 32;
  return is_within(at.rcx, reinterpret_cast<std::uint64_t>(&getpid), most);
}

void require_trap(int status) {
  if (WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP) return;
  if (WIFEXITED(status)) throw std::runtime_error("a traced process ended");
  const int signal = WIFSTOPPED(status) ? WSTOPSIG(status) : WTERMSIG(status);
  throw std::runtime_error("a traced process got signal " +
                           std::to_string(signal));
}

}  // namespace

bool can_trace() {
  const pid_t child = ::fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) ::_exit(1);
    ::raise(SIGSTOP);
    ::_exit(0);
  }
  const int status = await(child);
  if (WIFEXITED(status)) return false;
  const bool stepped =
      ::ptrace(PTRACE_SINGLESTEP, child, 0, 0) == 0 && WIFSTOPPED(await(child));
  ::kill(child, SIGKILL);
  await(child);
  return stepped;
}

tracee tracee::start(const std::function<void()>& body) {
  (void)detail::process_generation_word();  // both have it, for copy()
  const pid_t tracer = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != tracer || ::ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) {
      ::_exit(1);
    }
    body();
    ::_exit(1);
  }
  tracee started(pid);
  started.await_trap();
  trace(PTRACE_SETOPTIONS, pid, 0,
        reinterpret_cast<void*>(PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK |
                                PTRACE_O_TRACESYSGOOD));
  std::size_t size = 0;
  if (::syscall(SYS_get_robust_list, pid, &started.robust_, &size) != 0) {
    fail("get_robust_list");
  }
  // glibc keeps the thread's id shortly before the list.
  for (std::uint64_t at = started.robust_ - 8; at != started.robust_ - 64;
       at -= 8) {
    if (static_cast<std::uint32_t>(started.word_at(at)) ==
        static_cast<std::uint32_t>(pid)) {
      started.thread_id_ = at;
      return started;
    }
  }
  throw std::runtime_error("this C library keeps the thread's id elsewhere");
}

tracee::tracee(tracee&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      robust_(other.robust_),
      thread_id_(other.thread_id_) {}

tracee& tracee::operator=(tracee&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(robust_, other.robust_);
  std::swap(thread_id_, other.thread_id_);
  return *this;
}

tracee::~tracee() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  // If it was running, it may have stopped before it died.
  int status = 0;
  while (::waitpid(pid_, &status, __WALL) >= 0 ? WIFSTOPPED(status)
                                               : errno == EINTR) {
  }
}

void tracee::kill() {
  if (::kill(pid_, SIGKILL) != 0) fail("kill");
  int status = await(pid_);
  while (WIFSTOPPED(status)) status = await(pid_);
  if (!WIFSIGNALED(status)) throw std::runtime_error("a kill failed");
  pid_ = 0;
}

void tracee::await_trap() const { require_trap(await(pid_)); }

void tracee::step() {
  trace(PTRACE_SINGLESTEP, pid_);
  await_trap();
}

void tracee::run() {
  trace(PTRACE_CONT, pid_);
  await_trap();
}

void tracee::run_to_access() {
  for (bool inside_call = false;; inside_call = !inside_call) {
    trace(PTRACE_SYSCALL, pid_);
    const int status = await(pid_);
    const bool call = WIFSTOPPED(status) && WSTOPSIG(status) == call_stop;
    if (!call) {
      if (WIFSTOPPED(status) && WSTOPSIG(status) == SIGSEGV) return;
      return require_trap(status);
    }
    user_regs_struct all{};
    trace(PTRACE_GETREGS, pid_, 0, &all);
    if (inside_call && all.orig_rax == SYS_fallocate) return;
  }
}

void tracee::begin() { trace(PTRACE_CONT, pid_); }

bool tracee::stops_or_sleeps() {
  const std::string file = "/proc/" + std::to_string(pid_) + "/stat";
  for (;;) {
    int status = 0;
    const pid_t changed = ::waitpid(pid_, &status, __WALL | WNOHANG);
    if (changed < 0) fail("waitpid");
    if (changed == pid_) {
      require_trap(status);
      return true;
    }
    std::ifstream from(file);
    std::string text;
    std::getline(from, text);
    const auto end = text.rfind(')');
    if (end != std::string::npos && text[end + 2] == 'S') return false;
    ::sched_yield();
  }
}

void tracee::await_stop() { await_trap(); }

void tracee::protect(const void* address, std::size_t bytes,
                     int allowed) const {
  call(registers_of(pid_), SYS_mprotect,
       reinterpret_cast<unsigned long>(address), bytes,
       static_cast<unsigned long>(allowed));
}

bool tracee::is_before_call() const {
  constexpr std::uint64_t syscall_bytes = 0x050f;
  return (word_at(registers_of(pid_).rip) & 0xffff) == syscall_bytes;
}

std::optional<tracee::commitment> tracee::last_commitment(int file) const {
  const user_regs_struct all = registers_of(pid_);
  // A system call leaves in rcx where it returns to.
  if (all.rcx != all.rip || all.rax != 0 ||
      all.rdi != static_cast<std::uint64_t>(file)) {
    return std::nullopt;
  }
  return commitment{static_cast<int>(all.rsi), all.rdx, all.r10};
}

void tracee::call(const user_regs_struct& at, long number, unsigned long first,
                  unsigned long second, unsigned long third) const {
  set_registers(pid_, making(at, number, first, second, third));
  trace(PTRACE_CONT, pid_);
  await_trap();
  set_registers(pid_, at);
}

tracee tracee::clone(unsigned long flags) const {
  const user_regs_struct here = registers_of(pid_);
  set_registers(pid_,
                making(here, SYS_clone, flags | CLONE_PARENT | SIGCHLD, 0));
  trace(PTRACE_CONT, pid_);
  await_trap();  // for the event
  unsigned long number = 0;
  trace(PTRACE_GETEVENTMSG, pid_, 0, &number);
  tracee made(static_cast<pid_t>(number));
  made.robust_ = robust_;
  made.thread_id_ = thread_id_;
  trace(PTRACE_CONT, pid_);
  await_trap();  // for what follows the call
  set_registers(pid_, here);
  const int status = await(made.pid_);
  if (!WIFSTOPPED(status)) throw std::runtime_error("a copy died");
  made.call(here, SYS_set_robust_list, robust_, sizeof(robust_list_head));
  return made;
}

tracee tracee::twin() const { return clone(CLONE_VM); }

tracee tracee::copy() const {
  tracee made = clone(0);
  made.set_word_at(thread_id_, static_cast<std::uint64_t>(made.pid_));
  // Elsewhere a register that holds this number holds something else.
  user_regs_struct all = registers_of(made.pid_);
  const bool any = handles_a_mutex(all);
  for (auto* number : {&all.rax, &all.rbx, &all.rcx, &all.rdx, &all.rsi,
                       &all.rdi, &all.rbp, &all.r8, &all.r9, &all.r10, &all.r11,
                       &all.r12, &all.r13, &all.r14, &all.r15}) {
    if (*number == static_cast<std::uint64_t>(pid_) &&
        (any || (number == &all.rax && has_asked_for_its_id(all)))) {
      *number = static_cast<std::uint64_t>(made.pid_);
    }
  }
  set_registers(made.pid_, all);
  // The kernel has wiped the page by which a process knows that it was forked.
  const auto generation =
      reinterpret_cast<std::uint64_t>(&detail::process_generation_word());
  made.set_word_at(generation, word_at(generation));
  return made;
}

tracee::robust_state tracee::robust() const {
  robust_state state{};
  const iovec to{state.data(), sizeof state};
  const iovec from{reinterpret_cast<void*>(robust_), sizeof state};
  if (::process_vm_readv(pid_, &to, 1, &from, 1, 0) != sizeof state) {
    fail("process_vm_readv");
  }
  return state;
}

std::uint64_t tracee::word_at(std::uint64_t address) const {
  return static_cast<std::uint64_t>(trace(PTRACE_PEEKDATA, pid_, address));
}

void tracee::set_word_at(std::uint64_t address, std::uint64_t value) const {
  trace(PTRACE_POKEDATA, pid_, address, reinterpret_cast<void*>(value));
}

}  // namespace telar::test
