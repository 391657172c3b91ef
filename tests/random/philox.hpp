// tests/random/philox.hpp: Philox4x64-10 written anew from its description,
// forwards and backwards.
#pragma once

#include <array>
#include <cstdint>

namespace telar::test::by_hand {

using key = std::array<std::uint64_t, 2>;
using counter = std::array<std::uint64_t, 4>;

inline constexpr int rounds = 10;
inline constexpr std::array<std::uint64_t, 2> multipliers{0xD2E7470EE14C6C93,
                                                          0xCA5A826395121157};
/// The golden ratio and sqrt(3) - 1, as fractions of 2^64.
inline constexpr key key_step{0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B};

/// The upper half of a product.
constexpr std::uint64_t high_half(std::uint64_t a, std::uint64_t b) {
  __extension__ using wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<wide>(a) * b) >> 64);
}

/// The number that multiplies `odd` to 1 modulo 2^64.
constexpr std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t result = odd;  // right in its 3 lowest bits; each step doubles
  for (int step = 0; step < 5; ++step) result *= 2 - odd * result;
  return result;
}
inline constexpr std::array<std::uint64_t, 2> inverses{inverse(multipliers[0]),
                                                       inverse(multipliers[1])};
static_assert(multipliers[0] * inverses[0] == 1);
static_assert(multipliers[1] * inverses[1] == 1);

/// The key `steps` rounds later.
constexpr key later(key k, std::uint64_t steps) {
  return {k[0] + steps * key_step[0], k[1] + steps * key_step[1]};
}

/// The block of a key and a counter.
constexpr counter forwards(counter c, key k) {
  for (int round = 0; round < rounds; ++round) {
    c = {high_half(multipliers[1], c[2]) ^ c[1] ^ k[0], multipliers[1] * c[2],
         high_half(multipliers[0], c[0]) ^ c[3] ^ k[1], multipliers[0] * c[0]};
    k = later(k, 1);
  }
  return c;
}

/// The counter of a key and a block.  That it exists is what makes Philox a
/// bijection: two counters cannot have one block.
constexpr counter backwards(counter made, key k) {
  k = later(k, rounds);
  for (int round = 0; round < rounds; ++round) {
    k = {k[0] - key_step[0], k[1] - key_step[1]};
    const std::uint64_t c0 = made[3] * inverses[0];
    const std::uint64_t c2 = made[1] * inverses[1];
    made = {c0, made[0] ^ high_half(multipliers[1], c2) ^ k[0],  //
            c2, made[2] ^ high_half(multipliers[0], c0) ^ k[1]};
  }
  return made;
}

}  // namespace telar::test::by_hand
