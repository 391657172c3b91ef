// frame/cells.hpp: cells of whatever type, as values.
#pragma once

#include <algorithm>
#include <atomic>

#include <telar/frame/column_ref.hpp>

namespace telar::detail {

/// Calls `use(column<T>)` for the type of a column.
template <typename Use>
decltype(auto) with_column(const column_access& at, Use&& use) {
  return with_type(at.type, [&](const auto& kind) -> decltype(auto) {
    return use(column<std::remove_cvref_t<decltype(kind)>>(at));
  });
}

/// Calls `use(row, value)` for rows [0, rows), which there must be.  Numbers
/// are looked for once, not cell by cell; those without memory are zero.
template <typename T, typename Use>
void for_each_cell(const column<T>& cells, std::uint64_t rows, const Use& use) {
  if constexpr (std::is_same_v<T, std::string>) {
    for (std::uint64_t i = 0; i < rows; ++i) use(i, cells.load(i));
  } else {
    const column_access& at = cells.access();
    // Acquire: pairs with the CAS in segment::grow_pages().
    const std::uint64_t there = std::min(
        rows, at.committed(at.entry->cells.load(std::memory_order_acquire)));
    if (rows != 0) (void)cells.load(0);  // throws if it was dropped
    T* const first = reinterpret_cast<T*>(at.cells);
    for (std::uint64_t i = 0; i < there; ++i) {
      // Relaxed: a number stands for itself.
      use(i, load_cell(first[i], std::memory_order_relaxed));
    }
    for (std::uint64_t i = there; i < rows; ++i) use(i, T{});
  }
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
