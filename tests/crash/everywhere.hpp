// tests/crash/everywhere.hpp: a call of a process that is killed wherever others
// could see a difference.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <functional>
#include <new>

#include "crash/tracee.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"

namespace telar::test {

/// Each of them is the last one once.
inline constexpr std::uint64_t first_instructions = 2'000;

/// Kills a process at each of the first instructions of its call, then before
/// and after each system call: nothing else can be seen by others.  `look` is
/// told whether the call has returned.  Returns how many kills.
inline std::uint64_t kill_everywhere(const std::function<void()>& call,
                                     const std::function<void(bool)>& look) {
  void* bytes =
      ::mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  require(bytes != MAP_FAILED, "no memory");
  auto& ended = *new (bytes) std::atomic<bool>(false);
  tracee victim = tracee::start([&] {
    stop_here();
    call();
    ended = true;
    stop_here();
  });
  std::uint64_t kills = 0;
  bool after_call = false;
  for (std::uint64_t i = 0; !ended; ++i) {
    const bool before_call = victim.is_before_call();
    if (i < first_instructions || before_call || after_call) {
      victim.twin().kill();
      look(false);
      ++kills;
    }
    after_call = before_call;
    victim.step();
  }
  victim.kill();
  look(true);
  ::munmap(bytes, sizeof(std::atomic<bool>));
  return kills + 1;
}

inline void require_tracing() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  skip("a sanitizer makes too many instructions of each");
#else
  if (!can_trace()) skip("no permission to trace a process");
#endif
}

}  // namespace telar::test
