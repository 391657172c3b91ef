// participant/order.hpp: the order in which a death finds things.
//
// SIGKILL strikes between two instructions, so the order of stores that counts
// is the program's as compiled.  The compiler may move a store above a release
// store, or an acquire operation above a store; `keep_order()` on both sides of
// each marker of the protocol forbids that, and costs nothing.
//
// So these calls mark where a death makes a difference; `marker()` is for places
// whose order is kept already.  The core is built a second time for tests, with
// TELAR_CHAOS: there each marker delays the thread at random, or does what the
// test wants done at that very place (tests/chaos/chaos.hpp).
#pragma once

#include <atomic>
#include <type_traits>

namespace telar::detail {

#if defined(TELAR_CHAOS)
/// Defined by the tests.  May end the thread: it unwinds, or never returns.
void marker();
#else
inline void marker() noexcept {}
#endif

inline void keep_order() noexcept(noexcept(marker())) {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  marker();
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

inline void pause() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  keep_order();
#endif
}

// Most words have one writer and are read by others for orientation only, or
// are ordered by a marker beside them: relaxed, and short to write.
template <typename T>
T get(const std::atomic<T>& word) noexcept {
  return word.load(std::memory_order_relaxed);
}
template <typename T>
void set(std::atomic<T>& word, std::type_identity_t<T> value) noexcept {
  word.store(value, std::memory_order_relaxed);
}

}  // namespace telar::detail
