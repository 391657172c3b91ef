// tests/random/task_test.cpp: what a task draws from its own stream does not
// depend on who runs it, beside whom, and in which order.
#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <random>
#include <telar/random.hpp>
#include <vector>

#include "random/board.hpp"

using telar::random::stream;
using telar::test::crew_kind;
using telar::test::row;

namespace {

constexpr std::size_t tasks = 300;

row draw(std::size_t task) {
  stream numbers(42, task);
  std::uniform_int_distribution<std::uint64_t> integer(0, 14);
  std::uniform_real_distribution<double> real;
  std::normal_distribution<double> bell;
  row drawn{numbers(), integer(numbers),
            std::bit_cast<std::uint64_t>(real(numbers)),
            std::bit_cast<std::uint64_t>(bell(numbers)), 0};
  numbers.discard(1'000'000'000'000 + task);
  drawn[4] = numbers();
  return drawn;
}

std::vector<row> draw_in_order() {
  std::vector<row> rows;
  for (std::size_t task = 0; task < tasks; ++task) rows.push_back(draw(task));
  return rows;
}

/// The tasks that drew other numbers than in order: the first five.
std::vector<std::size_t> astray(const std::vector<row>& rows) {
  const auto expected = draw_in_order();
  std::vector<std::size_t> found;
  for (std::size_t task = 0; task < tasks; ++task) {
    if (rows.at(task) != expected[task]) found.push_back(task);
  }
  found.resize(std::min<std::size_t>(found.size(), 5));
  return found;
}

}  // namespace

TEST_CASE("a task draws the same numbers for every backend and worker count",
          "[random][concurrent][process]") {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  const int workers = GENERATE(1, 2, 4, 8);
  CAPTURE(kind, workers);
  CHECK(astray(draw_by(kind, workers, tasks, draw)).empty());
}

TEST_CASE("a task draws the same numbers when it is run in another order",
          "[random]") {
  std::vector<row> rows(tasks);
  for (std::size_t task = tasks; task-- > 0;) rows[task] = draw(task);
  CHECK(astray(rows).empty());
}
