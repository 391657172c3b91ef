// tests/random/philox_test.cpp: the numbers are Philox's.
#include <catch2/catch.hpp>
#include <cstdint>
#include <telar/random.hpp>
#include <vector>

#include "random/philox.hpp"
#include "support/random.hpp"

using telar::random::stream;
using telar::random::detail::philox;
using telar::random::detail::place_of;
namespace by_hand = telar::test::by_hand;

namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

}  // namespace

TEST_CASE("Philox gives the answers that Random123 publishes", "[random]") {
  using words = by_hand::counter;
  CHECK(philox({{0, 0}, {0, 0, 0, 0}}) ==
        words{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b,
              0x7e68b68aec7ba23b});
  CHECK(philox(
            {{all_ones, all_ones}, {all_ones, all_ones, all_ones, all_ones}}) ==
        words{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6,
              0xa09caebf594f0ba0});
  // The digits of pi: first the counter, then the key.
  CHECK(philox({{0x452821e638d01377, 0xbe5466cf34e90c6c},
                {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
                 0x082efa98ec4e6c89}}) ==
        words{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5,
              0x57bd43b5e52b7fe6});
}

TEST_CASE("Philox gives what its description gives, and can be undone",
          "[random]") {
  telar::test::seeded_random random;
  for (int round = 0; round < 10'000; ++round) {
    const by_hand::key key{random(), random()};
    const by_hand::counter counter{random(), random(), random(), random()};
    const auto made = philox({key, counter});
    REQUIRE(made == by_hand::forwards(counter, key));
    REQUIRE(by_hand::backwards(made, key) == counter);
  }
}

// The right sides are from numpy 1.24:
//   numpy.random.Philox(key=seed, counter=((task << 128) - 1) % 2**256)
//     .random_raw(6), and counter=(task << 128) + 2**62 - 2 for the last block.
TEST_CASE("a stream draws the numbers of numpy.random.Philox", "[random]") {
  struct expected {
    std::uint64_t seed, task;
    std::vector<std::uint64_t> first, last;
  };
  const auto row = GENERATE(
      expected{0,
               0,
               {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b,
                0x7e68b68aec7ba23b, 0x02f4ba6408e4d89b, 0x3dd62b0b9ca8c5b2},
               {0x9d2195f45828c181, 0xd8c38fbe11451458, 0x8a2e66f6bc61e294,
                0xe3b486336b1dadbe}},
      expected{2026,
               3,
               {0xaec2e7774f9cc59d, 0x1cc07ba35fcad72c, 0xb257e6908da2ab9b,
                0xe1fdd6b1f6574e08, 0x0bc927f3bcc5c53a, 0xaf84942e0e0c8e35},
               {0xae6e93a8b5d1fbe3, 0xee974001a49b18e1, 0x8f8da6e2e29dbf93,
                0xf3d160218d2809a2}},
      expected{all_ones,
               all_ones,
               {0xcd0e675c136f3c36, 0xced5e7b4ced629d9, 0xdce7477f3b6faf0f,
                0x3738d0556bdb3c39, 0x6e1875262d932169, 0x318567ff80144f63},
               {0xb00e4e387c5e8232, 0x9db251a67a9fe8ea, 0xc5bae63157c3d85d,
                0xeea8c5e1aba87bdf}});
  stream numbers(row.seed, row.task);
  for (const auto value : row.first) CHECK(numbers() == value);
  numbers.seek(all_ones - 3);
  for (const auto value : row.last) CHECK(numbers() == value);
  CHECK(numbers == stream(row.seed, row.task));  // it begins again
  CHECK(numbers() == row.first[0]);
}
