// tests/hostile/seeds.hpp: small sound segments, whose bytes are then damaged.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <telar/graph.hpp>

namespace telar::test {

inline constexpr std::uint64_t seed_reserve = 16u << 20;

struct seed {
  std::string name;
  std::function<void(const location&)> make;
};

/// All kinds, with and without payload, keys, columns, and somebody who died
/// inside a change.
[[nodiscard]] const std::vector<seed>& all_seeds();

/// Bytes of a file: [offset, offset + size).
struct range {
  std::uint64_t offset;
  std::uint64_t size;
};

/// What of a segment is committed.
[[nodiscard]] std::vector<range> committed_ranges(const location& where);

/// The header and the metadata in it, and the blocks that are in use: whose
/// bits are worth flipping.
[[nodiscard]] std::vector<range> worthwhile_ranges(const location& where);

}  // namespace telar::test
