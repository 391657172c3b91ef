// frame/blocks.hpp: the columns of a printed table, side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <telar/frame/column_ref.hpp>

namespace telar::detail {

using lines = std::vector<std::string>;
using indices = std::vector<std::uint64_t>;

[[nodiscard]] indices range(std::uint64_t begin, std::uint64_t end);
/// The first and the last `half` of `count`.
[[nodiscard]] indices ends(std::uint64_t count, std::uint64_t half);

/// Which rows are shown; after `before_gap` of them comes the gap, if any.
struct shown_rows {
  indices rows;
  std::uint64_t before_gap = 0;
  bool gap = false;
};

/// A column as it is printed: its name, its cells, and dots in the gap.
struct block {
  lines text;
  std::size_t width = 0;
};

/// The index, and the columns; dots for those that are left out so that lines
/// are shorter than `width`, if it is not 0.
struct fitted {
  std::vector<block> blocks;
  bool all_columns = true;
};
/// Requires: rows and columns.
[[nodiscard]] fitted fit(std::size_t width,
                         const std::vector<column_ref>& columns,
                         const shown_rows& shown);

/// Line by line.
[[nodiscard]] std::string joined(const std::vector<block>& all);

}  // namespace telar::detail
