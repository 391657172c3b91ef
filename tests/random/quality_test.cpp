// tests/random/quality_test.cpp: the numbers look random along a stream and
// across streams.  Fixed seeds: each test gives the same figures every time.
#include <algorithm>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cstdint>
#include <functional>
#include <telar/random.hpp>

using telar::random::stream;

namespace {

constexpr std::uint64_t count = 1 << 18;

/// Chi-square over the 256 values of each byte of `count` numbers: for each of
/// the eight, 255 is the mean and 22.6 the standard deviation.
std::array<double, 8> chi_squares(
    const std::function<std::uint64_t(std::uint64_t)>& number) {
  std::array<std::array<std::uint64_t, 256>, 8> seen{};
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto drawn = number(i);
    for (unsigned byte = 0; byte < 8; ++byte) {
      ++seen[byte][(drawn >> (8 * byte)) & 255];
    }
  }
  std::array<double, 8> result{};
  constexpr double expected = count / 256.0;
  for (unsigned byte = 0; byte < 8; ++byte) {
    for (const auto times : seen[byte]) {
      const double off = static_cast<double>(times) - expected;
      result[byte] += off * off / expected;
    }
  }
  return result;
}

void check_frequencies(
    const std::function<std::uint64_t(std::uint64_t)>& number) {
  for (const double found : chi_squares(number)) {
    CHECK(found == Approx(255).margin(4 * 22.6));
  }
}

}  // namespace

TEST_CASE("all values are as frequent as chance has it", "[random]") {
  SECTION("along one stream") {
    stream numbers(2026, 5);
    check_frequencies([&](std::uint64_t) { return numbers(); });
  }
  SECTION("in the first draws of one seed's tasks") {
    check_frequencies([](std::uint64_t i) { return stream(2026, i)(); });
  }
  SECTION("in the first draws of all seeds") {
    check_frequencies([](std::uint64_t i) { return stream(i, 0)(); });
  }
  SECTION("in what tells one task from the next") {
    check_frequencies([](std::uint64_t i) {
      return stream(2026, i)() ^ stream(2026, i + 1)();
    });
  }
}

TEST_CASE("streams of neighbouring tasks and seeds differ in half of the bits",
          "[random]") {
  int by_task = 0;
  int by_seed = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto drawn = stream(i, i)();
    by_task += std::popcount(drawn ^ stream(i, i + 1)());
    by_seed += std::popcount(drawn ^ stream(i + 1, i)());
  }
  // 4 bits are a pair's standard deviation, and the mean's 4 / 512.
  const auto half = Approx(32).margin(4 * 4 / 512.0);
  CHECK(by_task / static_cast<double>(count) == half);
  CHECK(by_seed / static_cast<double>(count) == half);
}
