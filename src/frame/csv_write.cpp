// Writing CSV.
#include <csv.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

#include <telar/frame/csv.hpp>

#include "error/raise.hpp"
#include "frame/cells.hpp"

namespace telar {
namespace {

/// A field that would be read as something else is put in quotes, by libcsv.
std::string in_quotes(std::string_view text, char delimiter) {
  const char special[] = {delimiter, '"', '\n', '\r', 0};
  if (text.find_first_of(special) == std::string_view::npos) {
    return std::string(text);
  }
  std::string out(2 * text.size() + 2, 0);
  out.resize(::csv_write(out.data(), out.size(), text.data(), text.size()));
  return out;
}

template <typename T>
std::string number(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value)) return "";
  }
  char digits[32];
  const auto end = std::to_chars(digits, std::end(digits), value).ptr;
  std::string text(digits, end);
  if constexpr (std::is_floating_point_v<T>) {
    // So that it is read as what it is.
    if (text.find_first_not_of("-0123456789") == text.npos) text += ".0";
  }
  return text;
}

using field_writer = std::function<std::string(std::uint64_t row)>;

field_writer writer_of(const column_ref& of, char delimiter) {
  return detail::with_column(
      of.access(), [&]<typename T>(const column<T>& cells) -> field_writer {
        return [cells, delimiter](std::uint64_t row) -> std::string {
          if constexpr (std::is_same_v<T, std::string>) {
            return in_quotes(cells.load(row), delimiter);
          } else if constexpr (std::is_same_v<T, bool>) {
            return cells.load(row) ? "True" : "False";
          } else {
            return number(cells.load(row));
          }
        };
      });
}

void write_line(std::ofstream& file, const std::vector<std::string>& fields,
                char delimiter) {
  // Alone on its line, nothing would be a blank line.
  if (fields.size() == 1 && fields[0].empty()) file << "\"\"";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i != 0) file << delimiter;
    file << fields[i];
  }
  file << '\n';
}

}  // namespace

void write_csv(const frame& table, const std::string& path,
               const csv_options& options) {
  const std::string fresh = path + ".new";
  std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
  if (!file) detail::raise_system(errno, "cannot write " + fresh);
  std::vector<std::string> fields;
  std::vector<field_writer> writers;
  for (const column_info& one : table.columns()) {
    fields.push_back(in_quotes(one.name, options.delimiter));
    writers.push_back(writer_of(table[one.name], options.delimiter));
  }
  if (options.header) write_line(file, fields, options.delimiter);
  const std::uint64_t rows = writers.empty() ? 0 : table.rows();
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < writers.size(); ++i)
      fields[i] = writers[i](row);
    write_line(file, fields, options.delimiter);
  }
  file.close();
  std::error_code failed;
  if (file) std::filesystem::rename(fresh, path, failed);
  if (!file || failed) {
    const int errnum = failed ? failed.value() : errno;
    std::filesystem::remove(fresh, failed);
    detail::raise_system(errnum, "cannot write " + path);
  }
}

}  // namespace telar
