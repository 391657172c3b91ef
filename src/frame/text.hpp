// frame/text.hpp: the words of string columns.
#pragma once

#include <cstdint>
#include <string_view>

#include <telar/frame/column.hpp>

namespace telar::detail {

inline constexpr std::uint64_t longest_text = 65'535;

constexpr std::uint64_t text_bytes(std::uint64_t text_end) {
  return text_end & ((std::uint64_t{1} << text_end_bits) - 1);
}
constexpr bool is_text_end_of(std::uint64_t text_end,
                              std::uint32_t generation) {
  return text_end >> text_end_bits == (generation & 0xffffffu);
}

/// The string that a cell refers to.  Throws `corrupt`.
[[nodiscard]] std::string_view text_of_cell(const column_access& at,
                                            std::uint64_t cell);

}  // namespace telar::detail
