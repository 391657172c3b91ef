// tests/history/pause_inside.hpp: chaos.  Stops this thread at some instruction
// of a call, until others have gone on; the scheduler alone, on few processors,
// would hardly ever stop one there.
#pragma once

#include <sched.h>
#include <signal.h>
#include <ucontext.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace telar::test {

#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__SANITIZE_ADDRESS__)

/// While it lives, the processor traps after each instruction of this thread;
/// at the `instruction`th, the thread gives way until `clock` reaches `until`.
class pause_inside {
 public:
  pause_inside(unsigned instruction, const std::atomic<std::uint64_t>& clock,
               std::uint64_t until) {
    left_ = instruction;
    clock_ = &clock;
    until_ = until;
    set_trap(true);
  }
  ~pause_inside() { set_trap(false); }
  pause_inside(const pause_inside&) = delete;

  /// Once in each process.
  static void prepare() {
    struct sigaction action {};
    action.sa_sigaction = trapped;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    ::sigaction(SIGTRAP, &action, nullptr);
  }

 private:
  static constexpr greg_t trap_flag = 0x100;
  static constexpr int most_yields = 6;

  [[gnu::noinline]] static void set_trap(bool on) {
    // Below what the compiler may keep under the stack pointer.
    asm volatile(
        "leaq -128(%%rsp), %%rsp\n\t"
        "pushfq\n\t"
        "andq $~0x100, (%%rsp)\n\t"
        "orq %0, (%%rsp)\n\t"
        "popfq\n\t"
        "leaq 128(%%rsp), %%rsp" ::"r"(on ? std::uint64_t{0x100} : 0)
        : "memory", "cc");
  }

  static void trapped(int, siginfo_t*, void* context) {
    if (left_-- != 0) return;
    const int before = errno;
    for (int i = 0; i < most_yields && clock_->load() < until_; ++i) {
      ::sched_yield();
    }
    errno = before;
    auto* const machine = &static_cast<ucontext_t*>(context)->uc_mcontext;
    machine->gregs[REG_EFL] &= ~trap_flag;
  }

  static inline thread_local constinit unsigned left_ = 0;
  static inline thread_local constinit std::uint64_t until_ = 0;
  static inline thread_local constinit const std::atomic<std::uint64_t>*
      clock_ = nullptr;
};

#else

/// Sanitizers, and other machines: a pause before the call.
class pause_inside {
 public:
  pause_inside(unsigned, const std::atomic<std::uint64_t>& clock,
               std::uint64_t until) {
    for (int i = 0; i < 10 && clock.load() < until; ++i) ::sched_yield();
  }
  static void prepare() {}
};

#endif

}  // namespace telar::test
