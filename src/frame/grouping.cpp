// Grouping by a column, and choosing rows and columns.
#include <telar/frame/grouping.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include "error/raise.hpp"
#include "frame/directory.hpp"
#include "frame/made_table.hpp"
#include "frame/summary.hpp"

namespace telar {
namespace {

/// Copies the rows of a column into a new one of another table.
void copy_column(const column_ref& from, frame& into,
                 const std::vector<std::uint64_t>& rows) {
  detail::with_column(from.access(), [&]<typename T>(const column<T>& cells) {
    const auto made = into.add_column<T>(from.name());
    for (std::uint64_t i = 0; i < rows.size(); ++i) {
      made.store(i, cells.load(rows[i]));
    }
  });
}

frame copy_of(const frame& from, const std::vector<std::string>& columns,
              const std::vector<std::uint64_t>& rows, const location& where) {
  // Before the table is made: a name that is wrong leaves nothing.
  std::vector<column_ref> chosen;
  for (const std::string& name : columns) chosen.push_back(from[name]);
  return detail::made_table(where, [&](frame& made) {
    made.append_rows(rows.size());
    for (const column_ref& one : chosen) copy_column(one, made, rows);
  });
}

}  // namespace

frame frame::select(const mask& rows, const location& where) const {
  if (rows.size() > this->rows()) {
    detail::raise(errc::bad_argument, "the mask has more rows than " + name() +
                                          ": " + std::to_string(rows.size()) +
                                          ".");
  }
  std::vector<std::string> names;
  for (const column_info& one : columns()) names.push_back(one.name);
  return copy_of(*this, names, rows.rows(), where);
}

frame frame::select(const std::vector<std::string>& columns,
                    const location& where) const {
  return copy_of(*this, columns, mask(rows(), true).rows(), where);
}

grouping frame::group_by(std::string_view column) const {
  return grouping((*this)[column]);
}

namespace {

/// Which group each row belongs to.
struct partition {
  static constexpr std::uint32_t none = 0xffffffffu;

  std::map<cell_value, std::uint32_t> numbers;  ///< In order of first sight.
  std::vector<std::uint32_t> of_row;
};

partition partition_by(const column_ref& by) {
  partition made;
  detail::with_column(by.access(), [&]<typename T>(const column<T>& cells) {
    made.of_row.resize(cells.rows(), partition::none);
    for (std::uint64_t i = 0; i < made.of_row.size(); ++i) {
      const T key(cells.load(i));
      if (key != key) continue;  // NaN
      const auto next = static_cast<std::uint32_t>(made.numbers.size());
      made.of_row[i] =
          made.numbers.try_emplace(detail::cell_of(key), next).first->second;
    }
  });
  return made;
}

/// Address space for a table of two columns: 128 bytes a row, and four times as
/// much as a column of strings has.
std::uint64_t reserve_for(const std::vector<cell_value>& keys,
                          const std::vector<cell_value>& values) {
  const auto bytes_of = [](const std::vector<cell_value>& cells) {
    std::uint64_t sum = 0;
    for (const cell_value& cell : cells) {
      const auto* text = std::get_if<std::string>(&cell);
      sum += text ? text->size() : 0;
    }
    return sum;
  };
  constexpr std::uint64_t least = 16 << 20;
  return least + std::max(256 * keys.size(),
                          4 * std::max(bytes_of(keys), bytes_of(values)));
}

void add_column(frame& to, const std::string& name, column_type type,
                const std::vector<cell_value>& values) {
  detail::with_type(type, [&](const auto& kind) {
    using T = std::remove_cvref_t<decltype(kind)>;
    const auto made = to.add_column<T>(name);
    for (std::uint64_t i = 0; i < values.size(); ++i) {
      made.store(i, detail::value_as<T>(values[i]));
    }
  });
}

[[noreturn]] void fail_strings(const std::string& name) {
  detail::raise(
      errc::bad_argument,
      "column " + name + " holds strings: it has no sum and no mean.");
}

}  // namespace

std::vector<cell_value> grouping::values_of(
    aggregate which, const column_ref& of,
    const std::vector<std::uint32_t>& group_of_row, std::size_t groups) {
  return detail::with_column(
      of.access(), [&]<typename T>(const column<T>& cells) {
        std::vector<detail::summary<T>> all(groups);
        for (std::uint64_t i = 0; i < group_of_row.size(); ++i) {
          const std::uint32_t group = group_of_row[i];
          if (group != partition::none) all[group].add(T(cells.load(i)));
        }
        std::vector<cell_value> values;
        for (const auto& one : all) {
          switch (which) {
            case aggregate::sum:
              values.push_back(one.sum_value());
              break;
            case aggregate::mean:
              values.emplace_back(one.mean());
              break;
            case aggregate::min:
              values.push_back(detail::cell_of(one.least_value()));
              break;
            case aggregate::max:
              values.push_back(detail::cell_of(one.greatest_value()));
              break;
            case aggregate::count:
              values.emplace_back(static_cast<std::int64_t>(one.count));
              break;
          }
        }
        return values;
      });
}

column_type grouping::type_of(aggregate which, column_type type) {
  if (which == aggregate::mean) return column_type::f64;
  if (which == aggregate::count) return column_type::i64;
  if (which != aggregate::sum) return type;
  return detail::with_type(type, [](const auto& kind) {
    using T = std::remove_cvref_t<decltype(kind)>;
    if (std::is_floating_point_v<T>) return column_type::f64;
    return std::is_signed_v<T> ? column_type::i64 : column_type::u64;
  });
}

frame grouping::apply(aggregate which, std::string_view name) const {
  const column_ref of(detail::directory(by_.access().keep).at(name));
  const bool numeric = which == aggregate::sum || which == aggregate::mean;
  if (numeric && of.type() == column_type::string)
    fail_strings(std::string(name));
  const partition groups = partition_by(by_);
  const std::vector<cell_value> unordered =
      values_of(which, of, groups.of_row, groups.numbers.size());
  std::vector<cell_value> keys;
  std::vector<cell_value> values;
  for (const auto& [key, number] : groups.numbers) {
    keys.push_back(key);
    values.push_back(unordered[number]);
  }
  frame made = frame::create(isolated, {.reserve = reserve_for(keys, values)});
  made.append_rows(keys.size());
  add_column(made, by_.name(), by_.type(), keys);
  std::string other(name);
  if (other == by_.name()) other = other == "value" ? "value.1" : "value";
  add_column(made, other, type_of(which, of.type()), values);
  return made;
}

frame grouping::sum(std::string_view of) const {
  return apply(aggregate::sum, of);
}
frame grouping::mean(std::string_view of) const {
  return apply(aggregate::mean, of);
}
frame grouping::min(std::string_view of) const {
  return apply(aggregate::min, of);
}
frame grouping::max(std::string_view of) const {
  return apply(aggregate::max, of);
}
frame grouping::count(std::string_view of) const {
  return apply(aggregate::count, of);
}

}  // namespace telar
