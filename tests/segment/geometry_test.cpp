// The division of the address range, for every reserve.
#include <algorithm>
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include "segment/geometry.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;
using namespace telar::detail;

namespace {

struct region {
  std::uint64_t begin;
  std::uint64_t bytes;
};

void check_division(std::uint64_t reserve, std::uint64_t feed) {
  INFO("reserve " << reserve << ", feed " << feed);
  const geometry g = divide(reserve, feed);
  REQUIRE(g.reserve <= reserve);
  REQUIRE(reserve - g.reserve < page);
  const region regions[] = {
      {0, control_bytes},
      {g.vertices, g.max_vertices * sizeof(vertex_header)},
      {g.in_words, g.max_vertices * sizeof(word64)},
      {g.versions, g.max_vertices * sizeof(word64)},
      {g.key_refs, g.max_vertices * sizeof(word64)},
      {g.buckets, bucket_array_offset + g.max_buckets * sizeof(word64)},
      {g.extent_owners, g.max_extents * sizeof(word32)},
      {g.changes, feed},
      {g.extents, g.max_extents * extent_bytes},
  };
  std::uint64_t end = 0;
  for (const region& r : regions) {
    REQUIRE(r.begin >= end);
    REQUIRE(r.begin % page == 0);
    end = r.begin + r.bytes;
  }
  REQUIRE(end <= g.reserve);
  // Little is left over, and all that is there can be named.
  REQUIRE(g.reserve - end < 2 * extent_bytes);
  REQUIRE(g.extents % unit == 0);
  REQUIRE(g.first_unit() > 0);
  REQUIRE(g.first_unit() + g.unit_count() <= max_units);
  REQUIRE(g.max_vertices >= 512);
  REQUIRE(g.max_vertices < 0xffffffffu);
  REQUIRE((g.max_buckets & (g.max_buckets - 1)) == 0);
  REQUIRE(g.max_extents > 16);
}

void check_division(std::uint64_t reserve) {
  check_division(reserve, 0);
  check_division(reserve, reserve / 4);
  check_division(reserve, 160);
}

}  // namespace

TEST_CASE("regions are disjoint and inside the reserve, from 16 MiB to 1 TiB",
          "[segment]") {
  for (std::uint64_t reserve = min_reserve; reserve <= max_reserve;
       reserve *= 2) {
    check_division(reserve);
    check_division(std::min(reserve + page, max_reserve));
    if (reserve > min_reserve) check_division(reserve - page);
  }
  seeded_random random;
  for (int i = 0; i < 2'000; ++i) {
    const std::uint64_t most = max_reserve >> random.below(15);
    const std::uint64_t spread =
        std::max<std::uint64_t>(most - std::min(most, min_reserve), 1);
    check_division(min_reserve + random.below(spread));
  }
}

TEST_CASE("a larger reserve holds no fewer vertices and extents", "[segment]") {
  geometry before = divide(min_reserve);
  for (std::uint64_t reserve = min_reserve; reserve <= max_reserve;
       reserve += reserve / 7 / page * page) {
    const geometry now = divide(reserve);
    REQUIRE(now.max_vertices >= before.max_vertices);
    REQUIRE(now.max_extents >= before.max_extents);
    before = now;
  }
}

TEST_CASE("the checksum tells each single bit", "[segment]") {
  std::vector<std::uint8_t> bytes(200, 0x5a);
  const std::uint64_t before = checksum(bytes.data(), bytes.size());
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    const auto flip = static_cast<std::uint8_t>(1u << (bit % 8));
    bytes[bit / 8] ^= flip;
    REQUIRE(checksum(bytes.data(), bytes.size()) != before);
    bytes[bit / 8] ^= flip;
  }
}
