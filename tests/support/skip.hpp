// tests/support/skip.hpp: for tests that this machine cannot run.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "support/segment_name.hpp"

namespace telar::test {

/// The exit code by which ctest knows a skipped test.
inline constexpr int skipped = 77;

/// Ends the program, which ctest runs for one test case: the test is skipped.
[[noreturn]] inline void skip(const char* reason) {
  std::printf("skipped: %s\n", reason);
  std::fflush(stdout);
  remove_what_is_left();
  std::_Exit(skipped);
}

}  // namespace telar::test
