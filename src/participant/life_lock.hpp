// participant/life_lock.hpp: a robust, process-shared, normal pthread mutex
// that a participant holds for as long as it lives: trying it is the test of
// death.
//
// Normal, because glibc's recursive and error-checking kinds confuse equal
// thread ids of different pid namespaces.  A dead one is made consistent at
// once, and never left unrecoverable (glibc 2.36 would then corrupt it).
#pragma once

#include <linux/futex.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

#include "error/raise.hpp"

namespace telar::detail {

struct life_lock {
  enum class state {
    free,  ///< It was free; now it is ours.
    dead,  ///< Its holder died; now it is ours, and consistent.
    busy,  ///< Its holder lives, or somebody is recovering it.
  };

  /// Requires: nobody else can see the mutex yet.
  static void initialise(pthread_mutex_t& mutex) {
    pthread_mutexattr_t kind;
    ::pthread_mutexattr_init(&kind);
    ::pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    ::pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    ::pthread_mutex_init(&mutex, &kind);
    ::pthread_mutexattr_destroy(&kind);
  }

  /// Whether it is of our kind.  A damaged kind would lead glibc elsewhere.
  static bool is_sound(const pthread_mutex_t& mutex) {
    static const int ours = [] {
      pthread_mutex_t one;
      initialise(one);
      return one.__data.__kind;
    }();
    return mutex.__data.__kind == ours;
  }

  static state try_acquire(pthread_mutex_t& mutex) {
    require_sound(mutex);
    return outcome(::pthread_mutex_trylock(&mutex), mutex);
  }

  /// Waits up to ten seconds: what it protects takes microseconds.  Not in one
  /// sleep: the wake-up is lost if the waiter that it was for is killed while
  /// somebody else takes the lock, and the next unlocking tells nobody.
  static state acquire(pthread_mutex_t& mutex) {
    require_sound(mutex);
    constexpr int sleeps = 1000;
    constexpr long sleep_ns = 10'000'000;
    int result = ETIMEDOUT;
    for (int i = 0; i < sleeps && result == ETIMEDOUT; ++i) {
      timespec until{};
      ::clock_gettime(CLOCK_REALTIME, &until);
      until.tv_nsec += sleep_ns;
      until.tv_sec += until.tv_nsec / 1'000'000'000;
      until.tv_nsec %= 1'000'000'000;
      result = ::pthread_mutex_timedlock(&mutex, &until);
    }
    return outcome(result, mutex);
  }

  static void release(pthread_mutex_t& mutex) {
    ::pthread_mutex_unlock(&mutex);
  }

  /// The thread id in its lock word, in the namespace of whoever holds it; 0:
  /// nobody holds it.
  static std::uint32_t holder(const pthread_mutex_t& mutex) {
    return word_of(mutex).load(std::memory_order_acquire) & FUTEX_TID_MASK;
  }

  /// Marks it as the kernel should have: its holder is dead.  For one whose list
  /// of robust locks was lost, or could not be read when it died.
  /// False: it is not held by that thread any more.
  static bool mark_dead(pthread_mutex_t& mutex, std::uint32_t thread) {
    const std::atomic_ref<std::uint32_t> word = word_of(mutex);
    std::uint32_t seen = word.load(std::memory_order_acquire);
    if ((seen & FUTEX_TID_MASK) != thread) return false;
    // Who sleeps on it looks again within ten milliseconds: see acquire().
    return word.compare_exchange_strong(
        seen, (seen & FUTEX_WAITERS) | FUTEX_OWNER_DIED,
        std::memory_order_acq_rel, std::memory_order_relaxed);
  }

 private:
  static std::atomic_ref<std::uint32_t> word_of(const pthread_mutex_t& mutex) {
    return std::atomic_ref<std::uint32_t>(const_cast<std::uint32_t&>(
        reinterpret_cast<const std::uint32_t&>(mutex.__data.__lock)));
  }
  static void require_sound(const pthread_mutex_t& mutex) {
    if (!is_sound(mutex)) [[unlikely]]
      fail_damaged();
  }
  [[noreturn]] static void fail_damaged() {
    raise(errc::corrupt, "a participant's lock is damaged (I16).");
  }

  static state outcome(int result, pthread_mutex_t& mutex) {
    switch (result) {
      case 0:
        return state::free;
      case EOWNERDEAD:
        ::pthread_mutex_consistent(&mutex);
        return state::dead;
      case EBUSY:
      case ETIMEDOUT:
        return state::busy;
      default:
        fail_damaged();
    }
  }
};

}  // namespace telar::detail
