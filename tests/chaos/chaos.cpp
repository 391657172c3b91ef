// tests/chaos/chaos.cpp: the markers.
#include "chaos/chaos.hpp"

#include <sched.h>

#include <ctime>
#include <utility>

#include "participant/order.hpp"

namespace telar::test::chaos {
namespace {

// Plain data: markers are met while a thread's objects are destroyed, too.
thread_local constinit std::uint64_t random_state = 0;
thread_local constinit const std::function<void()>* action = nullptr;

/// Xorshift: cheap enough not to change what it disturbs.
std::uint64_t next_random() noexcept {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

void delay() noexcept {
  constexpr std::uint64_t one_in = 32;
  constexpr std::uint64_t longest_ns = 50'000;
  const std::uint64_t draw = next_random() >> 16;
  if (draw % one_in != 0) return;
  if (draw / one_in % 4 != 0) {
    ::sched_yield();
  } else {
    const timespec time{0, static_cast<long>(draw / one_in / 4 % longest_ns)};
    ::nanosleep(&time, nullptr);
  }
}

}  // namespace

void delay_at_markers(std::uint64_t seed) noexcept { random_state = seed; }

at_each_marker::at_each_marker(std::function<void()> what)
    : action_(std::move(what)) {
  action = &action_;
}

at_each_marker::~at_each_marker() { action = nullptr; }

}  // namespace telar::test::chaos

void telar::detail::marker() {
  using namespace telar::test::chaos;
  if (random_state != 0) delay();
  if (action == nullptr) [[likely]]
    return;
  const auto* const what = std::exchange(action, nullptr);
  (*what)();
  action = what;
}
