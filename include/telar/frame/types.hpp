// telar/frame/types.hpp: what a column can hold, and a single value of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace telar {

/// What the cells of a column are.  Part of the format of segments.
enum class column_type : std::uint32_t {
  i8 = 1,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  f32,
  f64,
  boolean,
  string,
};

/// "i8" … "f64", "bool", "string".  Concurrency: concurrent.
[[nodiscard]] std::string_view to_string(column_type type) noexcept;

struct column_info {
  std::string name;
  column_type type{};
  friend bool operator==(const column_info&, const column_info&) = default;
};

/// One cell's value, of whichever type: integers as 64 bits, f32 as double.
using cell_value =
    std::variant<std::int64_t, std::uint64_t, double, bool, std::string>;

namespace detail {

template <typename T>
constexpr column_type column_type_of() {
  if constexpr (std::is_same_v<T, bool>) {
    return column_type::boolean;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return column_type::string;
  } else if constexpr (std::is_floating_point_v<T>) {
    static_assert(sizeof(T) <= 8, "a column holds float or double");
    return sizeof(T) == 4 ? column_type::f32 : column_type::f64;
  } else {
    static_assert(std::is_integral_v<T> && sizeof(T) <= 8,
                  "a column holds integers, float, double, bool or "
                  "std::string");
    constexpr int log = sizeof(T) == 1   ? 0
                        : sizeof(T) == 2 ? 1
                        : sizeof(T) == 4 ? 2
                                         : 3;
    return static_cast<column_type>((std::is_signed_v<T> ? 1 : 5) + log);
  }
}

/// How many bytes a cell has, as a power of two.
constexpr unsigned log_width(column_type type) {
  switch (type) {
    case column_type::i8:
    case column_type::u8:
    case column_type::boolean:
      return 0;
    case column_type::i16:
    case column_type::u16:
      return 1;
    case column_type::i32:
    case column_type::u32:
    case column_type::f32:
      return 2;
    default:
      return 3;
  }
}

/// Calls `use` with an object of the type of the column: a number, a bool or a
/// std::string.
template <typename Use>
decltype(auto) with_type(column_type type, Use&& use) {
  switch (type) {
    case column_type::i8:
      return use(std::int8_t{});
    case column_type::i16:
      return use(std::int16_t{});
    case column_type::i32:
      return use(std::int32_t{});
    case column_type::i64:
      return use(std::int64_t{});
    case column_type::u8:
      return use(std::uint8_t{});
    case column_type::u16:
      return use(std::uint16_t{});
    case column_type::u32:
      return use(std::uint32_t{});
    case column_type::u64:
      return use(std::uint64_t{});
    case column_type::f32:
      return use(float{});
    case column_type::f64:
      return use(double{});
    case column_type::boolean:
      return use(bool{});
    default:
      return use(std::string{});
  }
}

}  // namespace detail
}  // namespace telar
