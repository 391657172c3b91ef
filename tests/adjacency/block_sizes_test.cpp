// Which class a degree falls into, and how large its block is.
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include "adjacency/block_sizes.hpp"

using namespace telar;
using namespace telar::detail;

namespace {

std::vector<std::uint64_t> degrees_near_powers_of_two() {
  std::vector<std::uint64_t> all;
  for (std::uint64_t d = 1; d <= 300; ++d) all.push_back(d);
  for (unsigned bit = 9; bit <= degree_bits; ++bit) {
    for (int step = -1; step <= 1; ++step) {
      all.push_back((std::uint64_t{1} << bit) + step);
    }
  }
  while (all.back() > max_degree) all.pop_back();
  return all;
}

}  // namespace

TEST_CASE("an adjacency has room, and less than twice what it needs",
          "[adjacency]") {
  CHECK(capacity_of(0) == 0);
  for (const std::uint64_t degree : degrees_near_powers_of_two()) {
    INFO(degree);
    const std::uint64_t capacity = capacity_of(degree);
    REQUIRE(capacity >= degree);
    REQUIRE(capacity >= 4);
    REQUIRE((capacity == 4 || capacity < 2 * degree));
    REQUIRE((capacity & (capacity - 1)) == 0);
  }
}

TEST_CASE("a class holds exactly the degrees of one capacity", "[adjacency]") {
  for (const std::uint64_t degree : degrees_near_powers_of_two()) {
    INFO(degree);
    REQUIRE(class_of(degree) < block_classes);
    REQUIRE(std::uint64_t{4} << class_of(degree) == capacity_of(degree));
    REQUIRE((class_of(degree) == class_of(degree + 1)) ==
            (capacity_of(degree) == capacity_of(degree + 1)));
  }
}

TEST_CASE("a block holds the targets and payloads of its class",
          "[adjacency]") {
  const std::uint32_t payload = GENERATE(0u, 1u, 3u, 4u, 8u, 24u, 4096u);
  const block_sizes sizes(payload);
  for (unsigned c = 0; c < block_classes; ++c) {
    const std::uint64_t bytes = (std::uint64_t{4} << c) * (4 + payload);
    REQUIRE(sizes[c] * unit >= bytes);
    REQUIRE(sizes[c] * unit < bytes + unit);
  }
}

TEST_CASE("the largest class within so many units fits, and the next does not",
          "[adjacency]") {
  const block_sizes sizes(GENERATE(0u, 8u, 24u, 4096u));
  CHECK(sizes.largest_within(0) == -1);
  CHECK(sizes.largest_within(sizes[0] - 1) == -1);
  for (std::uint64_t units = sizes[0]; units < 3 * extent_units; units += 7) {
    const int fitting = sizes.largest_within(units);
    REQUIRE(fitting >= 0);
    REQUIRE(sizes[static_cast<unsigned>(fitting)] <= units);
    REQUIRE(sizes[static_cast<unsigned>(fitting) + 1] > units);
  }
}

TEST_CASE("a word gives back the block and the degree that it was packed from",
          "[adjacency]") {
  const std::uint64_t block =
      GENERATE(std::uint64_t{1}, std::uint64_t{4095}, max_units - 1);
  const std::uint32_t degree = GENERATE(0u, 1u, 4u, max_degree - 1, max_degree);
  const std::uint64_t word = pack_word(block, degree);
  CHECK(block_of(word) == block);
  CHECK(degree_of(word) == degree);
  // Appending is adding to the word, up to the largest degree.
  if (degree < max_degree) {
    CHECK(word + 1 == pack_word(block, degree + 1));
  }
}

TEST_CASE("an arena gives its units once, from the front", "[adjacency]") {
  arena all = arena::unpack(arena{1000, 10}.pack());
  CHECK(all.cut(11) == 0);
  CHECK(all.cut(4) == 1000);
  CHECK(all.cut(6) == 1004);
  CHECK(all.cut(1) == 0);
  CHECK(all.left == 0);
  const arena largest = arena::unpack(arena{max_units - 1, arena::most}.pack());
  CHECK(largest.position == max_units - 1);
  CHECK(largest.left == arena::most);
}
