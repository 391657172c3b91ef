// What every backend gives alike: results, order, empty input, lazy input.
#include <chrono>
#include <cmath>
#include <list>
#include <memory>
#include <numeric>
#include <ranges>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "parallel/backends.hpp"
#include "support/process.hpp"
#include "support/shared_words.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;

namespace {

const auto any_backend = [] {
  return GENERATE(backend::sequential, backend::threads, backend::processes,
                  backend::workers);
};

const auto square = [](std::uint64_t x) { return x * x; };

/// The notebook's loop: a pool used again until the sum passes 1000.
template <typename Executor>
std::pair<double, int> accumulate(Executor& with) {
  double accumulator = 0;
  int iterations = 0;
  while (accumulator < 1000) {
    const std::vector<double> roots = with.map(
        [](int i, double so_far) {
          return std::pow(so_far + static_cast<double>(i * i), 0.5);
        },
        std::views::iota(0, 5), accumulator);
    accumulator += std::accumulate(roots.begin(), roots.end(), 0.0);
    ++iterations;
  }
  return {accumulator, iterations};
}

}  // namespace

TEST_CASE("a pool reused until the sum passes 1000 gives the notebook's number",
          "[parallel][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::worker_pool pool(who.options());
  const auto [sum, iterations] = accumulate(pool);
  CHECK(sum == 1136.5969161564717);
  CHECK(iterations == 14);
}

TEST_CASE("results come in the order of the inputs, whatever the grain",
          "[parallel][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  parallel::options how = who.options();
  how.grain = GENERATE(std::optional<std::int64_t>{}, 1, 7, 100'000);
  CAPTURE(who, how.grain.value_or(0));
  parallel::worker_pool pool(how);
  CHECK(pool.workers() == (who.backend == backend::sequential
                               ? 1u
                               : static_cast<unsigned>(who.workers)));
  for (int call = 0; call < 2; ++call) {
    const std::vector<std::uint64_t> squares = pool.map(
        square, std::views::iota(std::uint64_t{0}, std::uint64_t{10'000}));
    REQUIRE(squares.size() == 10'000);
    for (std::uint64_t i = 0; i < squares.size(); ++i) {
      REQUIRE(squares[i] == i * i);
    }
  }
}

TEST_CASE("100 000 squares are right", "[parallel][process]") {
  parallel::worker_pool pool({.backend = any_backend(), .workers = 2});
  const auto squares = pool.map(
      square, std::views::iota(std::uint64_t{0}, std::uint64_t{100'000}));
  const std::vector<std::uint64_t> first(squares.begin(), squares.begin() + 10);
  CHECK(first ==
        std::vector<std::uint64_t>{0, 1, 4, 9, 16, 25, 36, 49, 64, 81});
  CHECK(std::accumulate(squares.begin(), squares.end(), std::uint64_t{0}) ==
        333'328'333'350'000u);
}

TEST_CASE("nothing in, nothing out", "[parallel][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::worker_pool pool(who.options());
  CHECK(pool.map(square, std::vector<std::uint64_t>{}).empty());
  CHECK(pool.map_outcomes(square, std::vector<std::uint64_t>{}).empty());
  std::istringstream none;
  CHECK(pool.map(square, std::views::istream<std::uint64_t>(none)).empty());
}

TEST_CASE("an executor takes captures, and shares what its backend shares",
          "[parallel][process]") {
  const team who{
      GENERATE(backend::sequential, backend::threads, backend::processes),
      GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::executor with(who.options());
  std::vector<int> numbers(1000, 1);
  const int more = 2;
  const auto sums = with.map(
      [&](int& number) {
        number += more;
        return number;
      },
      numbers);
  CHECK(sums == std::vector<int>(1000, 3));
  // A process changed its own copy.
  CHECK(numbers == std::vector<int>(1000, who.by_processes() ? 1 : 3));
}

TEST_CASE("strings, vectors and pairs travel", "[parallel][process]") {
  parallel::worker_pool pool({.backend = any_backend(), .workers = 2});
  const std::vector<std::string> words{"loom", "", std::string(100'000, 'x')};
  const auto found = pool.map(
      [](const std::string& word, const std::vector<int>& more) {
        return std::pair(word + "!", std::vector(word.size() + 1, more[1]));
      },
      words, std::vector{3, 4});
  REQUIRE(found.size() == 3);
  CHECK(found[0].first == "loom!");
  CHECK(found[0].second == std::vector{4, 4, 4, 4, 4});
  CHECK(found[1].first == "!");
  CHECK(found[2].first.size() == 100'001);
  CHECK(found[2].second.size() == 100'001);
}

TEST_CASE("an input is read as it is needed, within the window",
          "[parallel][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  const std::uint64_t window = GENERATE(1, 3, 64);
  CAPTURE(who, window);
  parallel::options how = who.options();
  how.window = static_cast<std::int64_t>(window);
  parallel::worker_pool pool(how);
  std::uint64_t taken = 0;
  std::uint64_t returned = 0;
  std::uint64_t most = 0;
  // Has no end: it is read no further than it must be.
  auto numbers = std::views::iota(std::uint64_t{0}) |
                 std::views::transform([&](std::uint64_t i) {
                   ++taken;
                   most = std::max(most, taken - returned);
                   return i;
                 });
  const auto outcomes = pool.map_until(
      [&](std::uint64_t result) {
        ++returned;
        return result >= 500;
      },
      square, numbers);
  CHECK(most <= window);
  CHECK(outcomes.size() == taken);
  CHECK(taken <= 23 + window);
  for (std::uint64_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i]) CHECK(*outcomes[i] == i * i);
  }
  CHECK(std::ranges::any_of(
      outcomes, [](const auto& each) { return each && *each >= 500; }));
}

TEST_CASE("what a slow range gave is begun while it prepares the next",
          "[parallel][process]") {
  const team who{GENERATE(backend::threads, backend::processes), 2};
  CAPTURE(who);
  parallel::options how = who.options();
  how.grain = 1;
  parallel::executor with(how);
  shared_words words;
  const auto deadline = std::chrono::steady_clock::now() + watchdog_limit;
  std::uint64_t begun = 0;  // when the sixth input was asked for, and waited
  // Not of a known size, so that it is read in the caller's thread.
  auto numbers = std::views::iota(0) | std::views::take_while([&](int i) {
                   if (i == 4) std::this_thread::sleep_for(1ms);
                   while (i == 5 && (begun = words[0].load()) < 5) {
                     if (std::chrono::steady_clock::now() > deadline) break;
                     std::this_thread::yield();
                   }
                   return i < 6;
                 });
  with.for_each([&](int) { words[0].fetch_add(1); }, numbers);
  CHECK(begun == 5);
  CHECK(words[0] == 6);
}

TEST_CASE("a list and a stream are inputs, too", "[parallel][process]") {
  const auto who = any_backend();
  CAPTURE(who);
  parallel::worker_pool pool({.backend = who, .workers = 2});
  const std::list<std::uint64_t> numbers{5, 6, 7};
  CHECK(pool.map(square, numbers) == std::vector<std::uint64_t>{25, 36, 49});
  std::istringstream text("1 2 3 4");
  CHECK(pool.map(square, std::views::istream<std::uint64_t>(text)) ==
        std::vector<std::uint64_t>{1, 4, 9, 16});
}

TEST_CASE("results come as they are completed, in the caller's thread",
          "[parallel][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::worker_pool pool(who.options());
  std::vector<std::uint64_t> found(1000);
  pool.map_unordered(
      [&](std::uint64_t index, std::uint64_t result) {
        REQUIRE(found.at(index) == 0);
        found[index] = result + 1;
      },
      square, std::views::iota(std::uint64_t{0}, std::uint64_t{1000}));
  for (std::uint64_t i = 0; i < 1000; ++i) REQUIRE(found[i] == i * i + 1);
}

TEST_CASE("stop-when cancels what has not begun", "[parallel][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::options how = who.options();
  how.grain = 1;
  how.window = 16;
  parallel::worker_pool pool(how);
  const auto outcomes =
      pool.map_until([](std::uint64_t result) { return result == 100; }, square,
                     std::views::iota(std::uint64_t{0}, std::uint64_t{1000}));
  REQUIRE(outcomes.size() == 1000);
  CHECK(*outcomes[10] == 100);
  CHECK(outcomes.back().status == parallel::task_status::cancelled);
  CHECK(pool.map(square, std::vector<std::uint64_t>{3}) ==
        std::vector<std::uint64_t>{9});
}

TEST_CASE("results that cannot be copied stay in the process",
          "[parallel][process]") {
  const auto make = [](int i) { return std::make_unique<int>(i); };
  const std::vector<int> numbers{1, 2, 3};
  parallel::executor with({.backend = backend::threads, .workers = 2});
  const auto made = with.map(make, numbers);
  CHECK(*made.at(2) == 3);
  parallel::executor apart({.backend = backend::processes, .workers = 2});
  const failure found =
      failure_of([&] { return apart.map(make, numbers).size(); });
  CHECK(found.code == errc::bad_argument);
  CHECK_THAT(found.message, Catch::Contains("codec"));
}

TEST_CASE("results of any size come back, time after time",
          "[parallel][process]") {
  const auto who = GENERATE(backend::processes, backend::workers);
  CAPTURE(who);
  parallel::worker_pool pool({.backend = who, .workers = 2});
  const auto fill = [](int i) {
    // Small ones among large ones, 300 MB in all.
    return std::vector<char>(i % 10 == 0 ? 3'000'000u : 10u,
                             static_cast<char>(i));
  };
  std::uint64_t bytes = 0;
  pool.map_unordered(
      [&](std::uint64_t i, const std::vector<char>& result) {
        REQUIRE(result.front() == static_cast<char>(i));
        REQUIRE(result.back() == static_cast<char>(i));
        bytes += result.size();
      },
      fill, std::views::iota(0, 1000));
  CHECK(bytes == 100u * 3'000'000 + 900u * 10);
  const std::vector<std::vector<char>> large(3, std::vector<char>(40'000'000));
  const auto sizes = pool.map(
      [](const std::vector<char>& each) { return each.size(); }, large);
  CHECK(sizes == std::vector<std::size_t>(3, 40'000'000));
}
