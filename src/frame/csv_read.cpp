// Reading: once to learn the types and how many rows there are, once to fill.
#include <algorithm>
#include <limits>
#include <optional>
#include <variant>

#include "error/raise.hpp"
#include "frame/csv_field.hpp"
#include "frame/csv_rows.hpp"
#include "frame/made_table.hpp"
#include "frame/text.hpp"

namespace telar {
namespace {

using detail::csv_row;

struct csv_shape {
  std::vector<std::string> names;
  std::vector<detail::csv_type> types;
  std::uint64_t rows = 0;
};

void name_columns(csv_shape& shape, const std::string& path,
                  const csv_row& first, bool header) {
  if (first.fields.size() > detail::max_columns) {
    detail::fail_csv(path, first.line,
                     std::to_string(first.fields.size()) +
                         " columns; a table has at most 64.");
  }
  for (std::size_t i = 0; i < first.fields.size(); ++i) {
    std::string name = header ? first.fields[i] : std::to_string(i);
    if (name.empty()) name = "Unnamed: " + std::to_string(i);
    const std::string plain = name;
    for (int again = 1; std::find(shape.names.begin(), shape.names.end(),
                                  name) != shape.names.end();
         ++again) {
      name = plain + "." + std::to_string(again);
    }
    shape.names.push_back(std::move(name));
  }
  shape.types.resize(shape.names.size());
}

void see_row(csv_shape& shape, const std::string& path, const csv_row& row) {
  const std::size_t columns = shape.names.size();
  if (row.fields.size() > columns) {
    detail::fail_csv(path, row.line,
                     std::to_string(row.fields.size()) + " fields, but there " +
                         "are " + std::to_string(columns) + " columns.");
  }
  for (std::size_t i = 0; i < columns; ++i) {
    const bool there = i < row.fields.size();
    if (there && row.fields[i].size() > detail::longest_text) {
      detail::fail_csv(path, row.line, "a field of more than 65535 bytes.");
    }
    shape.types[i].see(there ? row.fields[i] : std::string_view());
  }
  ++shape.rows;
}

csv_shape shape_of(const std::string& path, const csv_options& options) {
  csv_shape shape;
  bool first = true;
  detail::for_each_csv_row(path, options.delimiter, [&](const csv_row& row) {
    if (first) name_columns(shape, path, row, options.header);
    if (!first || !options.header) see_row(shape, path, row);
    first = false;
  });
  return shape;
}

using any_column =
    std::variant<column<std::int64_t>, column<std::uint64_t>, column<double>,
                 column<bool>, column<std::string>>;

any_column add_column(frame& to, const std::string& name, column_type type) {
  switch (type) {
    case column_type::i64:
      return to.add_column<std::int64_t>(name);
    case column_type::u64:
      return to.add_column<std::uint64_t>(name);
    case column_type::f64:
      return to.add_column<double>(name);
    case column_type::boolean:
      return to.add_column<bool>(name);
    default:
      return to.add_column<std::string>(name);
  }
}

[[noreturn]] void fail_changed(const std::string& path) {
  detail::raise(errc::busy, path +
                                " was changed while it was read.  Read it "
                                "again when it is complete.");
}

template <typename T>
T known(const std::optional<T>& value, const std::string& path) {
  if (!value) fail_changed(path);
  return *value;
}

void store_field(const any_column& into, std::uint64_t row,
                 std::string_view field, const std::string& path) {
  const bool missing = detail::is_missing(field);
  if (const auto* text = std::get_if<column<std::string>>(&into)) {
    text->store(row, missing ? std::string_view() : field);
  } else if (const auto* real = std::get_if<column<double>>(&into)) {
    real->store(row, missing ? std::numeric_limits<double>::quiet_NaN()
                             : known(detail::real_of(field), path));
  } else if (const auto* whole = std::get_if<column<std::int64_t>>(&into)) {
    whole->store(row, known(detail::signed_of(field), path));
  } else if (const auto* large = std::get_if<column<std::uint64_t>>(&into)) {
    large->store(row, known(detail::unsigned_of(field), path));
  } else {
    std::get<column<bool>>(into).store(row,
                                       known(detail::bool_of(field), path));
  }
}

void fill(frame& table, const csv_shape& shape, const std::string& path,
          const csv_options& options) {
  table.append_rows(shape.rows);
  std::vector<any_column> columns;
  for (std::size_t i = 0; i < shape.names.size(); ++i) {
    columns.push_back(add_column(table, shape.names[i], shape.types[i].type()));
  }
  std::uint64_t next = 0;
  bool header = options.header;
  detail::for_each_csv_row(path, options.delimiter, [&](const csv_row& row) {
    if (header) {
      header = false;
      return;
    }
    if (next == shape.rows || row.fields.size() > columns.size()) {
      fail_changed(path);
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool there = i < row.fields.size();
      store_field(columns[i], next, there ? row.fields[i] : std::string_view(),
                  path);
    }
    ++next;
  });
  if (next != shape.rows) fail_changed(path);
}

}  // namespace

frame read_csv(const std::string& path, const location& where,
               const csv_options& options) {
  const csv_shape shape = shape_of(path, options);
  return detail::made_table(
      where, [&](frame& table) { fill(table, shape, path, options); });
}

}  // namespace telar
