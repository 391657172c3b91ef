// Storms: writers and readers killed at random moments, thousands of times.
//
// This file is in two programs.  test-storm kills the core as it is shipped,
// test-chaos one whose threads yield and sleep at the markers of the protocol:
// there one kill in a few hits a change between its commit and its end.
//
// A machine with other work may take too long for all of them: it does what it
// can in four minutes, and says how much that was.  TELAR_KILLS=1000000 in the
// environment asks for as many of each program, however long it takes; run it by
// hand then: ctest would end it after ten minutes.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include <catch2/catch.hpp>

#include "storm/round.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(TELAR_CHAOS)
constexpr const char* core = "with delays at each marker";
constexpr std::uint64_t kills = 16'000;
#else
constexpr const char* core = "of the core as it is shipped";
constexpr std::uint64_t kills = 4'000;  // few of which hit such a place
#endif

constexpr std::uint64_t least_kills = 500;
constexpr std::chrono::minutes limit{4};

/// Whether a storm is to go on that began then.
bool goes_on(const storm_totals& sum,
             std::chrono::steady_clock::time_point begin) {
  if (const char* asked = std::getenv("TELAR_KILLS")) {
    return sum.kills < std::stoull(asked);
  }
  const bool late = std::chrono::steady_clock::now() - begin > limit;
  return sum.kills < (late ? least_kills : kills);
}

void print(const storm_totals& sum) {
  const auto n = [](std::uint64_t x) { return (unsigned long long)x; };
  std::printf(
      "%llu kills %s, %llu of them in a call, in %llu rounds: %llu edges\n"
      "  acknowledged and there, %llu removed, %llu payloads changed, %llu "
      "reads,\n  %llu snapshots, %llu dead found by waiters, %llu changes "
      "redone,\n  longest call %.1f ms\n",
      n(sum.kills), core, n(sum.kills_in_a_call), n(sum.rounds),
      n(sum.acknowledged), n(sum.removed), n(sum.changed), n(sum.reads),
      n(sum.snapshots), n(sum.repairs), n(sum.redone),
      static_cast<double>(sum.longest_ns) / 1e6);
  std::fflush(stdout);
}

}  // namespace

TEST_CASE("in a storm of kills nothing acknowledged is lost, and nobody hangs",
          "[storm][crash][process]") {
  seeded_random random;
  storm_totals sum;
  const auto begin = std::chrono::steady_clock::now();
  for (int number = 0; goes_on(sum, begin); ++number) {
    storm_round round(random.engine_for(number));
    INFO("round " << number << ": " << round.name());
    try {
      round.run(40 + random.below(80), sum);
    } catch (const std::exception& failure) {
      FAIL(failure.what());
    }
    if (number % 1000 == 999) print(sum);  // of a long one, now and then
  }
  print(sum);
  CHECK(sum.reads > 0);
  CHECK(sum.removed > 0);
  CHECK(sum.changed > 0);
  CHECK(sum.snapshots > 0);
}
