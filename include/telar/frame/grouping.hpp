// telar/frame/grouping.hpp: rows with the same value, taken together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <telar/frame.hpp>

namespace telar {

/// What `frame::group_by` gives.  Each aggregate is a new, isolated table of
/// two columns: the values of the grouping column, ascending, and the aggregate
/// of the other one, under their names ("value" if it is the same column, and
/// "value.1" if that is called so).  NaN makes no group, and is left out of
/// aggregates: where nothing is left, sum and count are 0, the others NaN.
///
/// Lifetime: keeps the table's segment mapped.  Complexity: O(rows log groups).
/// Concurrency: concurrent; rows are read one by one.
class grouping {
 public:
  explicit grouping(column_ref by) : by_(std::move(by)) {}

  /// Throw `not_found`; `bad_argument` as the aggregates of `column_ref`.
  [[nodiscard]] frame sum(std::string_view of) const;
  [[nodiscard]] frame mean(std::string_view of) const;
  [[nodiscard]] frame min(std::string_view of) const;
  [[nodiscard]] frame max(std::string_view of) const;
  [[nodiscard]] frame count(std::string_view of) const;

 private:
  enum class aggregate { sum, mean, min, max, count };
  [[nodiscard]] frame apply(aggregate which, std::string_view name) const;
  static std::vector<cell_value> values_of(
      aggregate which, const column_ref& of,
      const std::vector<std::uint32_t>& group_of_row, std::size_t groups);
  static column_type type_of(aggregate which, column_type type);

  column_ref by_;
};

}  // namespace telar
