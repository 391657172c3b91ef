// telar/frame/column_ref.hpp: a column of whatever type, `table["name"]`:
// compared, assigned, summed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <telar/frame/column.hpp>
#include <telar/frame/mask.hpp>

namespace telar {

namespace detail {

/// The cell value of a C++ value.
template <typename T>
cell_value cell_of(const T& value) {
  if constexpr (std::is_same_v<T, cell_value> || std::is_same_v<T, bool>) {
    return value;
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<double>(value);
  } else if constexpr (std::is_integral_v<T>) {
    if constexpr (std::is_signed_v<T>) {
      return static_cast<std::int64_t>(value);
    } else {
      return static_cast<std::uint64_t>(value);
    }
  } else {
    static_assert(std::is_convertible_v<const T&, std::string_view> &&
                      !std::is_null_pointer_v<T>,
                  "a cell holds a number, a bool or a string");
    return std::string(std::string_view(value));
  }
}

enum class comparison {
  less,
  less_equal,
  equal,
  unequal,
  greater_equal,
  greater
};

}  // namespace detail

/// Marked rows of one column, to be assigned to:
/// `table["b"].where(table["a"] >= 8) = 10;`.
class marked_cells {
 public:
  marked_cells(detail::column_access at, const mask& rows)
      : at_(std::move(at)), rows_(rows) {}

  /// Sets the marked cells.  Each is stored by itself, as by `column::store`.
  /// Throws `bad_argument`, with nothing changed, if the column cannot hold the
  /// value exactly (but f32 rounds doubles).  Concurrency: concurrent.
  /// If the process is killed inside: some are set.
  template <typename T>
  const marked_cells& operator=(const T& value) const {
    assign(detail::cell_of(value));
    return *this;
  }

 private:
  void assign(const cell_value& value) const;

  detail::column_access at_;
  const mask& rows_;
};

class column_ref {
 public:
  explicit column_ref(detail::column_access at) : at_(std::move(at)) {}

  [[nodiscard]] column_type type() const noexcept { return at_.type; }
  /// Throws `not_found` if the column was dropped.
  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::uint64_t rows() const noexcept { return at_.rows(); }

  /// The value of a cell, and setting it.  Throws as `column::load` and
  /// `store`; `bad_argument` if the column cannot hold the value exactly.
  [[nodiscard]] cell_value get(std::uint64_t row) const;
  template <typename T>
  void set(std::uint64_t row, const T& value) const {
    put(row, detail::cell_of(value));
  }
  /// Sets all cells.
  template <typename T>
  void fill(const T& value) const {
    const mask all(rows(), true);
    where(all) = value;
  }

  /// The cells that a mask marks; the mask must outlive what this returns.
  [[nodiscard]] marked_cells where(const mask& rows) const {
    return {at_, rows};
  }

  // ---- Comparing.  Numbers compare as numbers, whatever their types; strings
  // by bytes, with strings only (`bad_argument`); NaN is unequal to anything.

  template <typename T>
  friend mask operator<(const column_ref& c, const T& value) {
    return c.compare(detail::comparison::less, detail::cell_of(value));
  }
  template <typename T>
  friend mask operator<=(const column_ref& c, const T& value) {
    return c.compare(detail::comparison::less_equal, detail::cell_of(value));
  }
  template <typename T>
  friend mask operator==(const column_ref& c, const T& value) {
    return c.compare(detail::comparison::equal, detail::cell_of(value));
  }
  template <typename T>
  friend mask operator!=(const column_ref& c, const T& value) {
    return c.compare(detail::comparison::unequal, detail::cell_of(value));
  }
  template <typename T>
  friend mask operator>=(const column_ref& c, const T& value) {
    return c.compare(detail::comparison::greater_equal, detail::cell_of(value));
  }
  template <typename T>
  friend mask operator>(const column_ref& c, const T& value) {
    return c.compare(detail::comparison::greater, detail::cell_of(value));
  }

  // ---- Aggregating.  NaN is left out, as pandas leaves it out.

  /// How many cells are not NaN.
  [[nodiscard]] std::uint64_t count() const;
  /// Of integers an integer, of floating point a double, of bools how many are
  /// true.  Throws `bad_argument` for strings, or if it exceeds 64 bits.
  [[nodiscard]] cell_value sum() const;
  /// NaN of no cells.  Throws `bad_argument` for strings.
  [[nodiscard]] double mean() const;
  /// The least and the greatest cell; none of no cells.
  [[nodiscard]] std::optional<cell_value> min() const;
  [[nodiscard]] std::optional<cell_value> max() const;

  [[nodiscard]] const detail::column_access& access() const { return at_; }

 private:
  [[nodiscard]] mask compare(detail::comparison how,
                             const cell_value& value) const;
  void put(std::uint64_t row, const cell_value& value) const;

  detail::column_access at_;
};

}  // namespace telar
