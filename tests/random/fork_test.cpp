// tests/random/fork_test.cpp: the trap of an engine that forked workers inherit
// is as the documentation says, and streams are out of it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <set>
#include <telar/random.hpp>
#include <telar/random/legacy_integers.hpp>
#include <vector>

#include "random/board.hpp"

using telar::random::legacy_integers;
using telar::random::stream;
using telar::test::crew_kind;
using telar::test::row;

namespace {

row draw_from(std::mt19937& engine, std::uint32_t bound) {
  row drawn;
  std::ranges::copy(legacy_integers(engine, bound, 5), drawn.begin());
  return drawn;
}

/// How often each vector of the parent's sequence was drawn.
std::vector<std::size_t> multiplicities(const std::vector<row>& rows,
                                        std::mt19937 engine,
                                        std::uint32_t bound) {
  std::vector<std::size_t> counts;
  for (std::size_t task = 0; task < rows.size(); ++task) {
    const auto drawn = std::ranges::count(rows, draw_from(engine, bound));
    counts.push_back(static_cast<std::size_t>(drawn));
  }
  return counts;
}

std::size_t total(const std::vector<std::size_t>& counts) {
  std::size_t sum = 0;
  for (const auto count : counts) sum += count;
  return sum;
}

}  // namespace

// The counts do not increase, which makes the drawn vectors a prefix; they add
// up to the tasks, which leaves no vector from elsewhere.  The first is the
// number of workers that had a task, and here each has one.
TEST_CASE("forked workers repeat a prefix of an inherited engine's numbers",
          "[random][process]") {
  // Seed 0 and bound 15 are the notebook's: its first ten vectors are distinct.
  const auto [seed, bound, tasks] =
      GENERATE(table<std::uint32_t, std::uint32_t, std::size_t>(
          {{0, 15, 10}, {1, ~0u, 10}, {2, ~0u, 500}}));
  const int workers = GENERATE(1, 2, 4, 8);
  CAPTURE(seed, bound, tasks, workers);

  std::mt19937 engine(seed);
  const auto rows = draw_by(
      crew_kind::processes, workers, tasks,
      [&, bits = bound](std::size_t) { return draw_from(engine, bits); });
  CHECK(engine == std::mt19937(seed));  // the children drew from their copies

  const auto counts = multiplicities(rows, engine, bound);
  CHECK(std::ranges::is_sorted(counts, std::ranges::greater{}));
  CHECK(counts.front() == static_cast<std::size_t>(workers));
  CHECK(total(counts) == tasks);
}

TEST_CASE("workers with equal shares repeat each number as often as they are",
          "[random][process]") {
  constexpr std::size_t tasks = 12;
  const int workers = GENERATE(1, 2, 4);
  const auto step = static_cast<std::size_t>(workers);
  std::mt19937 engine(0);
  telar::test::board shares(tasks);
  telar::test::crew drawers(crew_kind::processes, workers, [&](int worker) {
    for (auto task = static_cast<std::size_t>(worker); task < tasks;
         task += step) {
      shares.put(task, draw_from(engine, 15));
    }
  });
  REQUIRE(drawers.finish());

  std::vector<std::size_t> expected(tasks, 0);
  std::fill_n(expected.begin(), tasks / step, step);
  CHECK(multiplicities(shares.rows(), engine, 15) == expected);
}

TEST_CASE("forked workers with a stream for each task repeat nothing",
          "[random][process]") {
  constexpr std::size_t tasks = 500;
  const int workers = GENERATE(1, 2, 4, 8);
  const auto rows =
      draw_by(crew_kind::processes, workers, tasks, [](std::size_t task) {
        stream numbers(0, task);
        row drawn;
        std::ranges::generate(drawn, [&] { return numbers(); });
        return drawn;
      });
  CHECK(std::set(rows.begin(), rows.end()).size() == tasks);
}
