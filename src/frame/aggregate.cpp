// Sums, means, least and greatest cells.
#include <cmath>

#include "error/raise.hpp"
#include "frame/summary.hpp"

namespace telar {
namespace {

[[noreturn]] void fail_strings(const char* what) {
  detail::raise(errc::bad_argument,
                std::string("a column of strings has no ") + what + ".");
}

/// A summary of all cells; those of strings know no sum.
template <typename Use>
auto summarise(const detail::column_access& at, Use&& use) {
  return detail::with_column(at, [&]<typename T>(const column<T>& cells) {
    detail::summary<T> all;
    detail::for_each_cell(
        cells, cells.rows(),
        [&](std::uint64_t, const auto& cell) { all.add(T(cell)); });
    return use(all);
  });
}

}  // namespace

std::uint64_t column_ref::count() const {
  return summarise(at_, [](const auto& all) { return all.count; });
}

cell_value column_ref::sum() const {
  if (type() == column_type::string) fail_strings("sum");
  return summarise(at_, [](const auto& all) { return all.sum_value(); });
}

double column_ref::mean() const {
  if (type() == column_type::string) fail_strings("mean");
  return summarise(at_, [](const auto& all) { return all.mean(); });
}

std::optional<cell_value> column_ref::min() const {
  return summarise(at_, [](const auto& all) -> std::optional<cell_value> {
    if (all.count == 0) return std::nullopt;
    return detail::cell_of(all.least);
  });
}

std::optional<cell_value> column_ref::max() const {
  return summarise(at_, [](const auto& all) -> std::optional<cell_value> {
    if (all.count == 0) return std::nullopt;
    return detail::cell_of(all.greatest);
  });
}

}  // namespace telar
