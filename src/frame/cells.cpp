// Values of cells: what fits where.
#include "frame/cells.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "error/raise.hpp"

namespace telar {

std::string_view to_string(column_type type) noexcept {
  constexpr std::string_view names[] = {
      "unknown", "i8",  "i16", "i32", "i64",  "u8",    "u16",
      "u32",     "u64", "f32", "f64", "bool", "string"};
  const auto index = static_cast<std::size_t>(type);
  return index < std::size(names) ? names[index] : names[0];
}

namespace detail {
namespace {

template <typename T>
[[noreturn]] void fail_value(const cell_value& value) {
  raise(errc::bad_argument, "a column of " +
                                std::string(to_string(column_type_of<T>())) +
                                " cannot hold " + text_of(value) + ".");
}

/// A whole number that the double is exactly.
template <typename T>
bool holds(double value) {
  // 2^digits is exact; the greatest T need not be.
  const double bound = std::ldexp(1.0, std::numeric_limits<T>::digits);
  return std::trunc(value) == value && value < bound &&
         value >= (std::is_signed_v<T> ? -bound : 0.0);
}

/// Whether a T is the whole number itself, or not infinitely far from a double.
template <typename T, typename V>
bool is_near(V value) {
  if constexpr (std::is_integral_v<V>) {
    // Of 64 digits; a T has fewer.
    return static_cast<long double>(static_cast<T>(value)) ==
           static_cast<long double>(value);
  } else {
    return !std::isfinite(value) ||
           std::abs(value) <= std::numeric_limits<T>::max();
  }
}

template <typename T, typename V>
T number_as(const cell_value& whole, V value) {
  if constexpr (std::is_same_v<T, bool>) {
    if (value == V{0} || value == V{1}) return value == V{1};
  } else if constexpr (std::is_floating_point_v<T>) {
    if (is_near<T>(value)) return static_cast<T>(value);
  } else if constexpr (std::is_floating_point_v<V>) {
    if (holds<T>(value)) return static_cast<T>(value);
  } else {
    if (std::in_range<T>(value)) return static_cast<T>(value);
  }
  fail_value<T>(whole);
}

}  // namespace

bool is_zero(const cell_value& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    return *number == 0 && !std::signbit(*number);
  }
  return value == cell_value(std::int64_t{0}) ||
         value == cell_value(std::uint64_t{0}) || value == cell_value(false) ||
         value == cell_value(std::string());
}

template <typename T>
T value_as(const cell_value& value) {
  return std::visit(
      [&](const auto& is) -> T {
        using V = std::remove_cvref_t<decltype(is)>;
        if constexpr (std::is_same_v<T, V>) {
          return is;
        } else if constexpr (std::is_same_v<T, std::string> ||
                             std::is_same_v<V, std::string>) {
          fail_value<T>(value);
        } else if constexpr (std::is_same_v<V, bool>) {
          return static_cast<T>(is);
        } else {
          return number_as<T>(value, is);
        }
      },
      value);
}

void store_range(const column_access& at, std::uint64_t begin,
                 std::uint64_t end, const cell_value& value) {
  with_column(at, [&]<typename T>(const column<T>& cells) {
    const T stored = value_as<T>(value);
    for (std::uint64_t i = begin; i < end; ++i) cells.store(i, stored);
  });
}

std::string text_of(const cell_value& value) {
  return std::visit(
      [](const auto& is) -> std::string {
        using V = std::remove_cvref_t<decltype(is)>;
        if constexpr (std::is_same_v<V, bool>) {
          return is ? "True" : "False";
        } else if constexpr (std::is_same_v<V, std::string>) {
          return "\"" + is.substr(0, 60) + "\"";
        } else {
          char digits[32];
          const auto end = std::to_chars(digits, std::end(digits), is).ptr;
          return {digits, end};
        }
      },
      value);
}

template std::int8_t value_as(const cell_value&);
template std::int16_t value_as(const cell_value&);
template std::int32_t value_as(const cell_value&);
template std::int64_t value_as(const cell_value&);
template std::uint8_t value_as(const cell_value&);
template std::uint16_t value_as(const cell_value&);
template std::uint32_t value_as(const cell_value&);
template std::uint64_t value_as(const cell_value&);
template float value_as(const cell_value&);
template double value_as(const cell_value&);
template bool value_as(const cell_value&);
template std::string value_as(const cell_value&);

}  // namespace detail
}  // namespace telar
