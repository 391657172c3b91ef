// tests/support/in_step.hpp: writers that keep step with the test that looks at
// what they write.
#pragma once

#include <cstdint>
#include <thread>

#include "support/shared_words.hpp"

namespace telar::test {

/// Calls `change()` until the word is negative, so many times for each of its
/// values: writers do not run away from who looks, or what snapshots hold would
/// grow with the time that looking takes.
template <typename Change>
void change_in_step(const shared_words::word& look, int changes_a_look,
                    Change change) {
  int left = 0;
  for (std::int64_t seen = -1, now = 0; (now = look.load()) >= 0;) {
    if (now != seen) left = changes_a_look;
    seen = now;
    if (left == 0) {
      std::this_thread::yield();
      continue;
    }
    --left;
    change();
  }
}

}  // namespace telar::test
