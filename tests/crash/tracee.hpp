// tests/crash/tracee.hpp: a process that is run one instruction at a time, and
// can be copied, or killed, between any two of them.
//
// A kill leaves behind the shared memory as it was, and what the kernel then
// does with the dead thread's robust mutexes: marks those that carry its thread
// id.  Nothing else outlives it.  So that each instruction can be the last one
// without beginning again each time, it is not the process itself that is
// killed but its `twin`: a task in the same memory, stopped at the same
// instruction, that has taken over the list of robust mutexes, and, by
// `segment_pages::hand_over`, the mutexes.  A test shows that both deaths leave
// the same bytes.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

namespace telar::test {

/// Whether a process may trace its child here; containers forbid it.
[[nodiscard]] bool can_trace();

/// Where a traced process stops by itself.
inline void stop_here() { asm volatile("int3" ::: "memory"); }

class tracee {
 public:
  /// Forks a process that runs `body` up to its first `stop_here`.  It must not
  /// return, and dies with this process.
  static tracee start(const std::function<void()>& body);

  tracee(tracee&& other) noexcept;
  tracee& operator=(tracee&& other) noexcept;
  /// Kills it.
  ~tracee();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  /// Lets it execute one instruction (or one round of a repeated one).
  void step();
  /// Lets it run to its next `stop_here`.
  void run();
  /// Lets it run until it is about to touch memory that is protected, has just
  /// called fallocate, or to its next `stop_here`.
  void run_to_access();
  /// Lets it run; this process goes on beside it …
  void begin();
  /// … until it has come to its next `stop_here` (true), or sleeps.
  [[nodiscard]] bool stops_or_sleeps();
  /// Waits until it stops.  Requires: it was let run by `begin`, and
  /// `stops_or_sleeps` has returned false.
  void await_stop();
  /// Whether its next instruction is a system call.
  [[nodiscard]] bool is_before_call() const;
  /// What a process may do with a range of its memory: PROT_READ and so on.
  void protect(const void* address, std::size_t bytes, int allowed) const;

  /// What a call of fallocate for that file was told, as the registers still say
  /// just after it; nothing if they do not.
  struct commitment {
    int mode;  ///< 0: commits; else it gives back.
    std::uint64_t offset;
    std::uint64_t bytes;
  };
  [[nodiscard]] std::optional<commitment> last_commitment(int file) const;
  /// SIGKILL.  Returns when the kernel has released what it held.
  void kill();

  /// A process that stands where this one stands, with a copy of its memory.
  /// Whoever holds its robust mutexes must be told: segment_pages::hand_over.
  [[nodiscard]] tracee copy() const;
  /// One that shares its memory, only to be killed at once.
  [[nodiscard]] tracee twin() const;

  /// The list of robust mutexes, and the one that is being locked or unlocked:
  /// the rest of what a death depends on.
  using robust_state = std::array<std::uint64_t, 3>;
  [[nodiscard]] robust_state robust() const;

 private:
  explicit tracee(pid_t pid) : pid_(pid) {}

  [[nodiscard]] tracee clone(unsigned long flags) const;
  void await_trap() const;
  void call(const user_regs_struct& at, long number, unsigned long first,
            unsigned long second, unsigned long third = 0) const;
  [[nodiscard]] std::uint64_t word_at(std::uint64_t address) const;
  void set_word_at(std::uint64_t address, std::uint64_t value) const;

  pid_t pid_;                    ///< 0: killed, or moved from.
  std::uint64_t robust_ = 0;     ///< Address of its list of robust mutexes …
  std::uint64_t thread_id_ = 0;  ///< … and of what glibc takes its id to be.
};

}  // namespace telar::test
