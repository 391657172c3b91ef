// Columns of a table, transformed by every backend.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/frame.hpp>
#include <telar/parallel/column_runner.hpp>

#include "parallel/backends.hpp"

using namespace telar;
using namespace telar::test;
using parallel::column_runner;
using parallel::executor;

namespace {

const auto any_team = [] {
  return team{
      GENERATE(backend::sequential, backend::threads, backend::processes),
      GENERATE(1, 2, 4, 8)};
};

/// Pieces of so many rows; 0: what the column asks for.
const auto any_grain = [] { return GENERATE(0u, 1'000u); };

/// More than three pieces, and not a multiple of any.
constexpr std::uint64_t rows = 3 * row_grain + 17;

std::int64_t shuffled(std::int64_t x) { return 31 * x + 5; }

frame table_of(std::uint64_t count, const location& where = anonymous) {
  frame table = frame::create(where, {.reserve = 64u << 20});
  if (count != 0) table.append_rows(count);
  return table;
}

std::vector<std::int64_t> numbers() {
  std::vector<std::int64_t> all(rows);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

std::vector<std::int64_t> shuffled_numbers() {
  std::vector<std::int64_t> expected = numbers();
  std::ranges::transform(expected, expected.begin(), shuffled);
  return expected;
}

std::vector<std::int64_t> cells(const column<std::int64_t>& of) {
  const auto all = of.span();
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("a transform gives what std::transform gives, whoever runs it",
          "[parallel][process]") {
  const team who = any_team();
  const std::uint64_t grain = any_grain();
  CAPTURE(who, grain);
  frame table = table_of(rows);
  const auto x = table.add_column<std::int64_t>("x", numbers());
  executor with(who.options());
  table.transform<std::int64_t>("x", shuffled, column_runner(with, grain));
  CHECK(cells(x) == shuffled_numbers());

  // The same executor, from one column to another.
  const auto y = table.add_column<double>("y");
  y.transform_from(
      x, [](std::int64_t a) { return static_cast<double>(a) / 2; },
      column_runner(with, grain));
  for (std::uint64_t row = 0; row < rows; ++row) {
    REQUIRE(y.load(row) == static_cast<double>(x.load(row)) / 2);
  }
  CHECK(table.check());
}

TEST_CASE("strings are transformed by every backend", "[parallel][process]") {
  const team who = any_team();
  CAPTURE(who);
  constexpr std::uint64_t names = 1'003;
  frame table = table_of(names);
  const auto name = table.add_column<std::string>("name", std::string("row"));
  for (std::uint64_t row = 0; row < names; ++row) {
    name.store(row, "row " + std::to_string(row));
  }
  executor with(who.options());
  name.transform([](std::string_view s) { return std::string(s) + "!"; },
                 column_runner(with, 10));
  for (std::uint64_t row = 0; row < names; ++row) {
    REQUIRE(name.load(row) == "row " + std::to_string(row) + "!");
  }
  CHECK(table.check());
}

TEST_CASE("a table without rows is transformed by every backend",
          "[parallel][process]") {
  const team who = any_team();
  CAPTURE(who);
  frame table = table_of(0);
  table.add_column<std::int64_t>("x");
  executor with(who.options());
  CHECK_NOTHROW(
      table.transform<std::int64_t>("x", shuffled, column_runner(with)));
}

TEST_CASE("pieces cover each row once, and are as large as they should be",
          "[parallel]") {
  executor with({.backend = backend::sequential});
  const std::uint64_t grain = GENERATE(0u, 1u, 7u, 100u, 1'000u);
  const std::uint64_t count = GENERATE(0u, 1u, 6u, 7u, 8u, 99u, 100u, 101u);
  CAPTURE(grain, count);
  const std::uint64_t size = grain == 0 ? 7 : grain;
  std::uint64_t next = 0;
  column_runner(with, grain)(count, 7,
                             [&](std::uint64_t begin, std::uint64_t end) {
                               REQUIRE(begin == next);
                               REQUIRE((end - begin == size || end == count));
                               REQUIRE(end > begin);
                               next = end;
                             });
  CHECK(next == count);
}

TEST_CASE("what a transform's function throws is named, and the next one works",
          "[parallel][process]") {
  const team who = any_team();
  CAPTURE(who);
  frame table = table_of(rows);
  table.add_column<std::int64_t>("x", numbers());
  executor with(who.options());
  const auto refuse = [](std::int64_t x) {
    if (x == 2'500) throw std::out_of_range("2500 is too many");
    return x;
  };
  try {
    table.transform<std::int64_t>("x", refuse, column_runner(with, 1'000));
    FAIL("nothing was thrown");
  } catch (const parallel::task_error& failure) {
    CHECK(failure.task() == 2);
    CHECK(failure.type() == "std::out_of_range");
    CHECK(failure.message() == "2500 is too many");
  }
  table.transform<std::int64_t>("x", shuffled, column_runner(with, 1'000));
  CHECK(cells(table.column<std::int64_t>("x")) == shuffled_numbers());
}

TEST_CASE(
    "a process that is killed in a transform is named, the table is whole",
    "[parallel][process][crash]") {
  frame table = table_of(rows);
  table.add_column<std::int64_t>("x", numbers());
  executor with({.backend = backend::processes, .workers = 2});
  const auto die = [](std::int64_t x) {
    if (x == 2'500) ::raise(SIGKILL);
    return x;
  };
  CHECK_THROWS_AS(
      table.transform<std::int64_t>("x", die, column_runner(with, 1'000)),
      parallel::worker_error);
  CHECK(table.check());
  table.transform<std::int64_t>("x", shuffled, column_runner(with));
  CHECK(cells(table.column<std::int64_t>("x")) == shuffled_numbers());
}

TEST_CASE("processes leave an isolated table of their parent as it was",
          "[parallel][process]") {
  frame table = table_of(rows, isolated);
  const auto x = table.add_column<std::int64_t>("x", numbers());
  executor with({.backend = backend::processes, .workers = 2});
  x.transform(shuffled, column_runner(with));
  CHECK(cells(x) == numbers());
}

TEST_CASE("the tasks of a worker pool find a column by a graph_ref",
          "[parallel][process]") {
  const team who{GENERATE(backend::sequential, backend::threads,
                          backend::processes, backend::workers),
                 GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  frame table = table_of(rows);
  const auto x = table.add_column<std::int64_t>("x", numbers());
  const graph_ref ref(table.vertices());
  parallel::worker_pool pool(who.options());
  pool.for_each(
      [](std::uint64_t begin, graph_ref g) {
        const auto mine = frame(*g).column<std::int64_t>("x");
        const std::uint64_t end = std::min(mine.rows(), begin + 1'000);
        for (std::uint64_t row = begin; row < end; ++row) {
          mine.store(row, shuffled(mine.load(row)));
        }
      },
      std::views::iota(std::uint64_t{0}, rows / 1'000 + 1) |
          std::views::transform([](std::uint64_t i) { return 1'000 * i; }),
      ref);
  CHECK(cells(x) == shuffled_numbers());
}
