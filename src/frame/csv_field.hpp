// frame/csv_field.hpp: what a field may be, as pandas sees it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <telar/frame/types.hpp>

namespace telar::detail {

[[nodiscard]] bool is_missing(std::string_view field);
[[nodiscard]] std::optional<bool> bool_of(std::string_view field);
/// Spaces around a number, and a plus before it, do not matter.
[[nodiscard]] std::optional<std::int64_t> signed_of(std::string_view field);
[[nodiscard]] std::optional<std::uint64_t> unsigned_of(std::string_view field);
/// Infinite if it is too large; none for NaN, and for an integer of more than
/// 64 bits.
[[nodiscard]] std::optional<double> real_of(std::string_view field);

/// What all fields of a column can be.
class csv_type {
 public:
  void see(std::string_view field);
  [[nodiscard]] column_type type() const;

 private:
  bool any_ = false;  ///< Anything but missing fields.
  bool rows_ = false;
  bool missing_ = false;
  bool signed_ = true;
  bool unsigned_ = true;
  bool whole_ = true;   ///< All are integers of 64 bits …
  bool large_ = false;  ///< … and one is no i64.
  bool real_ = true;
  bool bool_ = true;
};

}  // namespace telar::detail
