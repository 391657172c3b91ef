// parallel/futex.hpp: sleeping on a word that processes may share.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <cstdint>
#include <ctime>

namespace telar::parallel::detail {

/// Sleeps while the word is `expected`; for ever without a time.
inline void sleep_on(const std::atomic<std::uint32_t>& word,
                     std::uint32_t expected, const timespec* most = nullptr) {
  ::syscall(SYS_futex, &word, FUTEX_WAIT, expected, most, nullptr, 0);
}

inline void wake_all(const std::atomic<std::uint32_t>& word) {
  ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

/// A number that only grows, in nanoseconds; the same in all processes.
inline std::uint64_t now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(time.tv_nsec);
}

inline timespec to_timespec(std::uint64_t nanoseconds) {
  return {static_cast<time_t>(nanoseconds / 1'000'000'000u),
          static_cast<long>(nanoseconds % 1'000'000'000u)};
}

}  // namespace telar::parallel::detail
