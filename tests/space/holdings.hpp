// tests/space/holdings.hpp: what a process has of the system.
#pragma once

#include <cstddef>
#include <cstdint>

namespace telar::test {

/// What a process must not be left with.
struct holdings {
  std::size_t descriptors = 0;
  std::size_t mappings = 0;         ///< Of graphs that are files.
  std::uint64_t address_space = 0;  ///< Whatever it is for.
  std::size_t names = 0;            ///< Files that this process has made.
};

[[nodiscard]] holdings holdings_now();

/// Throws what has been left.
void require_no_more(const holdings& now, const holdings& before,
                     bool mappings = true);

}  // namespace telar::test
