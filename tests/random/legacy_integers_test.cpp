// tests/random/legacy_integers_test.cpp: numpy's numbers, compared with what
// numpy 1.24 printed.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <mutex>
#include <random>
#include <telar/random/legacy_integers.hpp>
#include <vector>

#include "random/board.hpp"
#include "support/failure.hpp"

using telar::random::legacy_integers;
using telar::test::crew_kind;
using telar::test::row;

namespace {

using integers = std::vector<std::uint32_t>;

/// numpy.random.seed(0), then numpy.random.randint(15, size=5) five times.
const std::vector<row> five_of_seed_zero{{12, 5, 0, 3, 11},
                                         {3, 7, 9, 3, 5},
                                         {2, 4, 7, 6, 8},
                                         {8, 12, 10, 1, 6},
                                         {7, 7, 14, 8, 1}};

row five_below_15(std::mt19937& engine) {
  row drawn;
  std::ranges::copy(legacy_integers(engine, 15, 5), drawn.begin());
  return drawn;
}

}  // namespace

TEST_CASE("one engine gives the vectors of numpy.random.seed(0)", "[random]") {
  std::mt19937 engine(0);
  for (const row& expected : five_of_seed_zero) {
    CHECK(five_below_15(engine) == expected);
  }
}

TEST_CASE("threads at one locked engine draw the same vectors, in any order",
          "[random][concurrent]") {
  std::mt19937 engine(0);
  std::mutex lock;
  const int workers = GENERATE(1, 2, 4);
  auto rows = draw_by(crew_kind::threads, workers, 5, [&](std::size_t) {
    const std::lock_guard held(lock);
    return five_below_15(engine);
  });
  std::ranges::sort(rows);
  auto expected = five_of_seed_zero;
  std::ranges::sort(expected);
  CHECK(rows == expected);
}

TEST_CASE("an engine for each task gives numpy's vectors in every backend",
          "[random][concurrent][process]") {
  const std::vector<row> expected{
      {12, 5, 0, 3, 11}, {5, 11, 12, 8, 9}, {8, 13, 8, 6, 11}, {10, 8, 9, 3, 8},
      {10, 14, 7, 5, 1}, {3, 14, 13, 6, 6}, {10, 9, 3, 4, 10}, {4, 9, 6, 3, 3},
      {3, 4, 1, 9, 5},   {14, 12, 14, 5, 6}};
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  const int workers = GENERATE(1, 2, 4, 8);
  CAPTURE(kind, workers);
  CHECK(draw_by(kind, workers, expected.size(), [](std::size_t task) {
          std::mt19937 engine(static_cast<std::uint32_t>(task));
          return five_below_15(engine);
        }) == expected);
}

TEST_CASE("bounds of every size are masked and rejected as numpy does",
          "[random]") {
  const auto drawn = [](std::uint32_t bound) {
    std::mt19937 engine(7);
    return legacy_integers(engine, bound, 5);
  };
  CHECK(drawn(1) == integers{0, 0, 0, 0, 0});
  CHECK(drawn(2) == integers{1, 0, 1, 0, 1});
  CHECK(drawn(16) == integers{15, 4, 9, 6, 3});
  CHECK(drawn(17) == integers{15, 4, 3, 7, 14});
  CHECK(drawn(1000) == integers{175, 196, 537, 502, 579});
  CHECK(drawn(1u << 31) ==
        integers{327741615, 976413892, 1202242073, 1369975286, 1882953283});
  CHECK(drawn(~0u) ==
        integers{327741615, 976413892, 3349725721, 1369975286, 1882953283});
}

TEST_CASE("a bound of 1, a count of 0 and a bound of 0 draw nothing",
          "[random][error]") {
  std::mt19937 engine(7);
  CHECK(legacy_integers(engine, 1, 1000) == integers(1000, 0));
  CHECK(legacy_integers(engine, 15, 0).empty());
  const auto failure =
      telar::test::failure_of([&] { return legacy_integers(engine, 0, 5); });
  CHECK(failure.code == telar::errc::bad_argument);
  CHECK(failure.message.find("at least 1") != std::string::npos);
  CHECK(engine == std::mt19937(7));
}
