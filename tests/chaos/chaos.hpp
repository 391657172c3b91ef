// tests/chaos/chaos.hpp: what the markers of the protocol do in the core that
// is built for tests (see participant/order.hpp): they delay the thread at
// random, or do what a test wants done there.
#pragma once

#include <cstdint>
#include <functional>

namespace telar::test::chaos {

/// From now on this thread yields at some markers, and at fewer sleeps for some
/// microseconds: another sequence for each seed, the same each time.  0: never.
void delay_at_markers(std::uint64_t seed) noexcept;

/// While it lives, its thread does this at each marker.  Markers that are met
/// meanwhile do nothing.
class at_each_marker {
 public:
  explicit at_each_marker(std::function<void()> action);
  ~at_each_marker();
  at_each_marker(const at_each_marker&) = delete;
  at_each_marker& operator=(const at_each_marker&) = delete;

 private:
  std::function<void()> action_;
};

}  // namespace telar::test::chaos
