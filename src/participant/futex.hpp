// participant/futex.hpp: sleeping on a 32-bit word of a segment.  Not glibc's
// condition variables: a killed waiter must leave no state behind.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <ctime>

namespace telar::detail {

/// Sleeps while the word is `expected`, for half a millisecond at most: who
/// waits for the dead then finds them within one.
inline void futex_wait(const std::atomic<std::uint32_t>& word,
                       std::uint32_t expected) noexcept {
  const timespec longest{0, 500'000};
  ::syscall(SYS_futex, &word, FUTEX_WAIT, expected, &longest, nullptr, 0);
}

inline void futex_wake_one(const std::atomic<std::uint32_t>& word) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

}  // namespace telar::detail
