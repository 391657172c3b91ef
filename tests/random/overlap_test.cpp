// tests/random/overlap_test.cpp: no two streams share numbers.
//
// Three steps: (1) distinct blocks of streams have distinct places, since a
// place can be read back; (2) for every block of a thousand streams' first
// million draws, its place is computed back from the drawn numbers, which
// leaves no room for two equal ones; (3) runs that begin in the middle of a
// block, and streams of several seeds, are sampled.
#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdint>
#include <telar/random.hpp>
#include <utility>
#include <vector>

#include "random/philox.hpp"
#include "support/crew.hpp"
#include "support/random.hpp"

using telar::random::stream;
using telar::random::detail::place_of;
namespace by_hand = telar::test::by_hand;

namespace {

constexpr std::uint64_t tasks = 1000;
#ifdef __OPTIMIZE__
constexpr std::uint64_t draws_each = 1'000'000;
#else  // sanitizers, at -O0: the streams' beginnings only
constexpr std::uint64_t draws_each = 2'000;
#endif

/// The number of blocks, of those that the stream begins with, that do not say
/// that they are this block of this task.
std::uint64_t strange_blocks(std::uint64_t seed, std::uint64_t task) {
  std::uint64_t strange = 0;
  stream numbers(seed, task);
  for (std::uint64_t index = 0; index < draws_each / 4; ++index) {
    by_hand::counter drawn;
    for (auto& word : drawn) word = numbers();
    const auto [block, zero, told, nought] =
        by_hand::backwards(drawn, {seed, 0});
    strange += block != index || told != task || zero != 0 || nought != 0;
  }
  return strange;
}

}  // namespace

// Sampled, but what it samples is evident in `place_of`.
TEST_CASE("a place tells its seed, task and block: none is used twice",
          "[random]") {
  telar::test::seeded_random random;
  const std::array<std::uint64_t, 4> edges{0, 1, 1ull << 63, ~0ull};
  const auto pick = [&] {
    const auto number = random();
    return number % 3 == 0 ? edges[number / 3 % 4] : random();
  };
  for (int round = 0; round < 100'000; ++round) {
    const auto seed = pick();
    const auto task = pick();
    const auto block = pick();
    const auto [key, counter] = place_of(seed, task, block);
    REQUIRE(key[0] == seed);
    REQUIRE(counter[2] == task);
    REQUIRE(counter[0] == block);
  }
}

// Exhaustive.  A function of the block alone gives back (task, index), so that
// two blocks with the same numbers would be one.
TEST_CASE("a thousand streams repeat no block in their first million draws",
          "[random]") {
  constexpr int workers = 2;  // for the time that it takes
  std::atomic<std::uint64_t> strange{0};
  telar::test::crew checkers(
      telar::test::crew_kind::threads, workers, [&](int worker) {
        for (auto task = static_cast<std::uint64_t>(worker); task < tasks;
             task += workers) {
          strange += strange_blocks(2026, task);
        }
      });
  REQUIRE(checkers.finish());
  CHECK(strange == 0);
}

// Sampled: 1,024 streams of small seeds and tasks, pairs at any offset.  Two of
// a million random pairs are equal with a probability of 2^-89.
TEST_CASE("no two successive draws come again, in any stream, at any offset",
          "[random]") {
  constexpr std::uint64_t drawn_each = draws_each / 1000;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pairs;
  for (std::uint64_t seed = 0; seed < 32; ++seed) {
    for (std::uint64_t task = 0; task < 32; ++task) {
      stream numbers(seed, task);
      auto before = numbers();
      for (std::uint64_t i = 1; i < std::max<std::uint64_t>(drawn_each, 64);
           ++i) {
        const auto drawn = numbers();
        pairs.emplace_back(before, drawn);
        before = drawn;
      }
    }
  }
  std::ranges::sort(pairs);
  CHECK(std::ranges::adjacent_find(pairs) == pairs.end());
}
