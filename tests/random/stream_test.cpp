// tests/random/stream_test.cpp: a stream as a value, and as <random> wants it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <random>
#include <telar/random.hpp>
#include <vector>

#include "support/random.hpp"

using telar::random::stream;
using telar::test::seeded_random;

namespace {

std::vector<std::uint64_t> draws(stream numbers, std::size_t count) {
  std::vector<std::uint64_t> drawn(count);
  std::ranges::generate(drawn, [&] { return numbers(); });
  return drawn;
}

}  // namespace

TEST_CASE("a stream passes over draws as if it had drawn them", "[random]") {
  const auto all = draws(stream(7, 11), 64);
  for (std::uint64_t from = 0; from < 24; ++from) {
    for (std::uint64_t count = 0; count < 24; ++count) {
      stream numbers(7, 11);
      for (std::uint64_t i = 0; i < from; ++i) numbers();
      numbers.discard(count);
      REQUIRE(numbers.position() == from + count);
      const auto next = draws(numbers, 9);
      REQUIRE(std::equal(next.begin(), next.end(),
                         all.begin() + static_cast<long>(from + count)));
    }
  }
}

TEST_CASE("a stream goes to any of its draws, and back", "[random]") {
  seeded_random random;
  for (int round = 0; round < 1000; ++round) {
    stream numbers(random(), random());
    const std::uint64_t far = random();
    stream other = numbers;
    numbers.seek(far);
    other.discard(far);
    REQUIRE(numbers == other);
    const auto ahead = draws(numbers, 9);
    for (std::uint64_t step = 0; step < ahead.size(); ++step) {
      stream again = other;
      again.seek(far + step);
      REQUIRE(again() == ahead[step]);
    }
    numbers.discard(9);
    numbers.discard(~std::uint64_t{0});  // one step back
    REQUIRE(numbers() == ahead[8]);
  }
}

TEST_CASE("streams are equal when all that follows is equal", "[random]") {
  stream numbers(1, 2);
  CHECK(numbers == stream(1, 2));
  CHECK(numbers != stream(2, 1));
  CHECK(numbers != stream(1, 3));
  CHECK(numbers != stream(3, 2));
  numbers();
  CHECK(numbers != stream(1, 2));
  stream other(1, 2);
  other.seek(1);
  CHECK(numbers == other);
  CHECK(draws(numbers, 100) == draws(other, 100));
  numbers.seek(0);
  CHECK(numbers == stream(1, 2));
}

TEST_CASE("a stream that is copied byte by byte goes on with the same numbers",
          "[random]") {
  for (std::uint64_t drawn = 0; drawn < 9; ++drawn) {
    stream numbers(3, 5);
    for (std::uint64_t i = 0; i < drawn; ++i) numbers();
    stream copy(0, 0);
    std::memcpy(&copy, &numbers, sizeof copy);
    CHECK(copy == numbers);
    CHECK(draws(copy, 20) == draws(numbers, 20));
  }
}

TEST_CASE("the distributions and algorithms of the standard take a stream",
          "[random]") {
  stream numbers(2026, 0);
  std::uniform_int_distribution<int> die(1, 6);
  std::uniform_real_distribution<double> unit(0, 1);
  std::normal_distribution<double> bell(10, 2);
  std::vector<int> eyes(7);
  double sum = 0;
  double bells = 0;
  constexpr int count = 60'000;
  for (int i = 0; i < count; ++i) {
    ++eyes.at(static_cast<std::size_t>(die(numbers)));
    sum += unit(numbers);
    bells += bell(numbers);
  }
  CHECK(eyes[0] == 0);
  for (int eye = 1; eye <= 6; ++eye) {
    CHECK(eyes[static_cast<std::size_t>(eye)] == Approx(10'000).margin(500));
  }
  CHECK(sum / count == Approx(0.5).margin(0.01));
  CHECK(bells / count == Approx(10).margin(0.05));

  std::vector<int> order(100);
  std::iota(order.begin(), order.end(), 0);
  auto shuffled = order;
  std::ranges::shuffle(shuffled, numbers);
  CHECK(shuffled != order);
  CHECK(std::ranges::is_permutation(shuffled, order));
}
