// adjacency/block_sizes.hpp: how large the block of each class is.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include <telar/detail/layout.hpp>
#include <telar/types.hpp>

namespace telar::detail {

/// An arena word: where blocks are cut next, and how many units are left.
struct arena {
  std::uint64_t position = 0;
  std::uint64_t left = 0;

  static constexpr std::uint64_t most = (std::uint64_t{1} << 28) - 1;

  static arena unpack(std::uint64_t word) { return {word >> 28, word & most}; }
  [[nodiscard]] std::uint64_t pack() const { return position << 28 | left; }

  /// Cuts units off the front; 0 if there are too few.
  std::uint64_t cut(std::uint64_t units) {
    if (units > left) return 0;
    const std::uint64_t begin = position;
    position += units;
    left -= units;
    return begin;
  }
};

inline constexpr std::uint64_t bag_units = sizeof(bag) / unit;

/// What blocks leave of a spare: bags for carving the rest of the arena, one at
/// most for each class that its pieces fall into.
inline constexpr std::uint64_t carving_units = 16 * bag_units;

/// The class of blocks that hold an adjacency of this degree, which is not 0.
constexpr unsigned class_of(std::uint64_t degree) {
  return static_cast<unsigned>(std::bit_width((degree - 1) | 3)) - 2;
}

class block_sizes {
 public:
  explicit block_sizes(std::uint32_t payload_size) {
    for (unsigned c = 0; c < block_classes; ++c) {
      const std::uint64_t capacity = std::uint64_t{4} << c;
      const std::uint64_t bytes = capacity * (sizeof(vertex_id) + payload_size);
      units_[c] = (bytes + unit - 1) / unit;
    }
    units_[version_class] = 2;
  }
  /// Units of a block of this class.  More than `arena::most`: there is none.
  [[nodiscard]] std::uint64_t operator[](unsigned block_class) const {
    return units_[block_class];
  }
  /// The largest class whose block fits, or -1.
  [[nodiscard]] int largest_within(std::uint64_t units) const {
    int fitting = -1;
    for (unsigned c = 0; c < block_classes && units_[c] <= units; ++c) {
      fitting = static_cast<int>(c);
    }
    return fitting;
  }

 private:
  std::array<std::uint64_t, queue_count> units_{};
};

}  // namespace telar::detail
