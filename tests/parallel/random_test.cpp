// Streams of random numbers, drawn by tasks.
#include <cstdint>
#include <random>
#include <ranges>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/random.hpp>
#include <telar/random/legacy_integers.hpp>

#include "parallel/backends.hpp"

using namespace telar;
using namespace telar::test;

namespace {

std::vector<std::uint64_t> draw(std::uint64_t task) {
  random::stream numbers(42, task);
  std::uniform_int_distribution<std::uint64_t> below_15(0, 14);
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < 5; ++i) drawn.push_back(below_15(numbers));
  std::mt19937 engine(static_cast<std::uint32_t>(task));
  for (const auto each : random::legacy_integers(engine, 15, 5)) {
    drawn.push_back(each);
  }
  return drawn;
}

}  // namespace

TEST_CASE("tasks draw the same numbers on every backend, of any size",
          "[parallel][process]") {
  const team who{GENERATE(backend::sequential, backend::threads,
                          backend::processes, backend::workers),
                 GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::worker_pool pool(who.options());
  const auto found =
      pool.map(draw, std::views::iota(std::uint64_t{0}, std::uint64_t{100}));
  for (std::uint64_t task = 0; task < 100; ++task) {
    REQUIRE(found[task] == draw(task));
  }
}
