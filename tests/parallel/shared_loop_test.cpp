// Calls whose tasks put plain results by number.
#include <atomic>
#include <cstdint>
#include <ranges>
#include <stdexcept>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "parallel/backends.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::uint64_t many = 10'000;

parallel::options threads(int workers, std::optional<int> grain = {}) {
  return {.backend = workers == 1 ? backend::sequential : backend::threads,
          .workers = workers,
          .grain = grain};
}

}  // namespace

TEST_CASE("every task of a loop runs once, whatever the grain",
          "[parallel][concurrent]") {
  const int workers = GENERATE(1, 2, 4, 8);
  const auto grain =
      GENERATE(as<std::optional<int>>{}, std::nullopt, 1, 7, 1'000'000);
  parallel::executor with(threads(workers, grain));
  for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{1}, many}) {
    std::vector<std::atomic<int>> runs(count);
    const auto squares = with.map(
        [&](std::uint64_t i) {
          runs[i].fetch_add(1, std::memory_order_relaxed);
          return i * i;
        },
        std::views::iota(std::uint64_t{0}, count));
    REQUIRE(squares.size() == count);
    bool right = true;
    for (std::uint64_t i = 0; i < count; ++i) {
      right = right && squares[i] == i * i && runs[i].load() == 1;
    }
    CHECK(right);
  }
}

TEST_CASE("a loop tells its tasks their index and their worker",
          "[parallel][concurrent]") {
  parallel::executor with(threads(4));
  std::vector<std::uint64_t> inputs(many, 1);
  std::atomic<int> wrong{0};
  with.for_each(
      [&](std::uint64_t& input) {
        const auto index = static_cast<std::uint64_t>(&input - inputs.data());
        if (parallel::this_task::index() != index) ++wrong;
        if (parallel::this_task::worker() >= 4) ++wrong;
        if (!parallel::this_task::inside()) ++wrong;
        ++input;
      },
      inputs);
  CHECK(wrong == 0);
  CHECK(std::ranges::all_of(inputs, [](auto each) { return each == 2; }));
  CHECK_FALSE(parallel::this_task::inside());
}

TEST_CASE("at grain 1 no task of a loop waits behind one that is running",
          "[parallel][concurrent]") {
  const int workers = GENERATE(2, 4, 8);
  parallel::executor with(threads(workers, 1));
  for (const std::uint64_t slow : {std::uint64_t{0}, many / 3, many - 1}) {
    std::atomic<std::uint64_t> done{0};
    with.for_each(
        [&](std::uint64_t i) {
          // It ends when all others have.
          while (i == slow && done.load() != many - 1)
            std::this_thread::yield();
          ++done;
        },
        std::views::iota(std::uint64_t{0}, many));
    REQUIRE(done == many);
  }
}

TEST_CASE("a loop may have more grains than 32 bits can count",
          "[parallel][concurrent]") {
  parallel::executor with(threads(4, GENERATE(1, 3)));
  const auto fail = [](std::uint64_t i) {
    if (i >= 50) throw std::runtime_error("enough");
  };
  CHECK_THROWS_AS(with.for_each(fail, std::views::iota(std::uint64_t{0},
                                                       ~std::uint64_t{0})),
                  parallel::task_error);
}

TEST_CASE("a loop ends with the failure that is first of those known",
          "[parallel][concurrent]") {
  const int workers = GENERATE(1, 2, 8);
  parallel::executor with(threads(workers));
  std::atomic<std::uint64_t> begun{0};
  const auto fail = [&](std::uint64_t i) {
    ++begun;
    if (i >= 100) throw std::runtime_error("no " + std::to_string(i));
    return i;
  };
  std::uint64_t named = 0;
  try {
    with.map(fail, std::views::iota(std::uint64_t{0}, many));
  } catch (const parallel::task_error& error) {
    named = error.task();
    CHECK(std::string(error.what()).find("no " + std::to_string(named)) !=
          std::string::npos);
  }
  CHECK(named >= 100);
  if (workers == 1) CHECK(named == 100);
  // Each worker begins no more than the one that fails, after the good ones.
  CHECK(begun <= 100 + static_cast<std::uint64_t>(workers));
  CHECK(with.map([](int i) { return -i; }, std::vector{1, 2}) ==
        std::vector{-1, -2});
}

TEST_CASE("a task that is run in a lot with others is named when it throws",
          "[parallel][concurrent]") {
  const int workers = GENERATE(1, 2, 8);
  parallel::executor with(threads(workers));
  for (const std::uint64_t bad : {std::uint64_t{9}, many / 3 + 5, many - 1}) {
    // So short, but for the one, that it pays to look seldom.
    const auto fail = [&](std::uint64_t i) {
      if (i == bad) {
        throw std::runtime_error("no " +
                                 std::to_string(parallel::this_task::index()));
      }
      return i;
    };
    try {
      with.map(fail, std::views::iota(std::uint64_t{0}, many));
      FAIL("it did not throw");
    } catch (const parallel::task_error& error) {
      CHECK(error.task() == bad);
      CHECK(std::string(error.what()).find("no " + std::to_string(bad)) !=
            std::string::npos);
    }
  }
}

TEST_CASE("results of type bool come in order, too", "[parallel][concurrent]") {
  parallel::executor with(threads(4));
  const auto odd = with.map([](std::uint64_t i) { return i % 2 == 1; },
                            std::views::iota(std::uint64_t{0}, many));
  REQUIRE(odd.size() == many);
  for (std::uint64_t i = 0; i < many; ++i) REQUIRE(odd[i] == (i % 2 == 1));
}

TEST_CASE("a loop inside a task of a loop is run by that task's worker",
          "[parallel][concurrent]") {
  parallel::executor outer(threads(4));
  parallel::executor inner(threads(4));
  const auto sums = outer.map(
      [&](std::uint64_t i) {
        const auto thread = std::this_thread::get_id();
        std::uint64_t sum = 0;  // nobody else adds to it
        inner.for_each(
            [&](std::uint64_t j) {
              sum += std::this_thread::get_id() == thread ? i * j : many * many;
            },
            std::views::iota(std::uint64_t{0}, std::uint64_t{100}));
        return sum;
      },
      std::views::iota(std::uint64_t{0}, std::uint64_t{200}));
  for (std::uint64_t i = 0; i < 200; ++i) REQUIRE(sums[i] == i * 4950);
}
