// benchmarks/support/neighbour_lists.hpp: what structures that are a list of
// neighbours for each vertex have in common.
#pragma once

#include <cstdint>

namespace bench {

/// Edges of a table of neighbour lists, where each is an entry at both ends.
template <typename Lists>
[[nodiscard]] std::uint64_t half_of_entries(const Lists& lists) {
  std::uint64_t sum = 0;
  for (const auto& neighbours : lists) sum += neighbours.size();
  return sum / 2;
}

}  // namespace bench
