// frame/cells.hpp: cells of whatever type, as values.
#pragma once

#include <telar/frame/column_ref.hpp>

namespace telar::detail {

/// Calls `use(column<T>)` for the type of a column.
template <typename Use>
decltype(auto) with_column(const column_access& at, Use&& use) {
  return with_type(at.type, [&](const auto& kind) -> decltype(auto) {
    return use(column<std::remove_cvref_t<decltype(kind)>>(at));
  });
}

/// Whether a value is what fresh memory reads as.
[[nodiscard]] bool is_zero(const cell_value& value);

/// The value as a T.  Throws `bad_argument` if T cannot hold it exactly (a
/// double may lose digits in a float, an integer none).
template <typename T>
[[nodiscard]] T value_as(const cell_value& value);

/// Stores one value in rows [begin, end).  Throws as `value_as`, before the
/// first store.
void store_range(const column_access& at, std::uint64_t begin,
                 std::uint64_t end, const cell_value& value);

/// "7.5 (f64)", for messages.
[[nodiscard]] std::string text_of(const cell_value& value);

}  // namespace telar::detail
