// frame/format.hpp: cells as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <telar/frame/column_ref.hpp>

namespace telar::detail {

/// The cells of these rows as pandas shows them: doubles with as many decimals,
/// up to six, as one of them needs, or all with an exponent; room for a sign
/// before each; texts of more than 50 characters cut.
[[nodiscard]] std::vector<std::string> format_cells(
    const column_ref& column, const std::vector<std::uint64_t>& rows);

/// The text with line ends and tabs as \n, \r and \t.
[[nodiscard]] std::string on_one_line(const std::string& text);

/// How many characters of a text are shown.
inline constexpr std::size_t widest_text = 50;

/// How many characters a UTF-8 text has.
[[nodiscard]] std::size_t characters(std::string_view text);

}  // namespace telar::detail
