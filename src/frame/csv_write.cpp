// Writing CSV.
#include <csv.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

#include <telar/frame/csv.hpp>

#include "error/raise.hpp"
#include "frame/cells.hpp"
#include "frame/csv_rows.hpp"

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
            return in_quotes(cells.load(row) ? "True" : "False", delimiter);
          } else {
            return in_quotes(number(cells.load(row)), delimiter);
          }
        };
      });
}

/// Alone on its line, it would be a blank line.
bool is_blank(const std::string& field) {
  return field.find_first_not_of(" \t") == std::string::npos;
}

void write_line(std::ofstream& file, const std::vector<std::string>& fields,
                char delimiter) {
  if (fields.size() == 1 && is_blank(fields[0])) {
    file << '"' << fields[0] << "\"\n";
    return;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i != 0) file << delimiter;
    file << fields[i];
  }
  file << '\n';
}

/// A file that gets its name when it is complete, or is removed again.
class new_file {
 public:
  explicit new_file(const std::string& path) : path_(path) {
    static std::atomic<unsigned> counter{0};
    fresh_ = path + "." + std::to_string(::getpid()) + "-" +
             std::to_string(++counter) + ".new";
    file_.open(fresh_, std::ios::binary | std::ios::trunc);
    if (!file_) detail::raise_system(errno, "cannot write " + fresh_);
  }
  ~new_file() {
    std::error_code unimportant;
    if (!fresh_.empty()) std::filesystem::remove(fresh_, unimportant);
  }
  new_file(const new_file&) = delete;

  std::ofstream& stream() { return file_; }

  void complete() {
    file_.close();
    if (!file_) detail::raise_system(errno, "cannot write " + path_);
    std::error_code failed;
    std::filesystem::rename(fresh_, path_, failed);
    if (failed) detail::raise_system(failed.value(), "cannot write " + path_);
    fresh_.clear();
  }

 private:
  std::string path_;
  std::string fresh_;
  std::ofstream file_;
};

}  // namespace

void write_csv(const frame& table, const std::string& path,
               const csv_options& options) {
  detail::require_delimiter(options.delimiter);
  new_file made(path);
  std::ofstream& file = made.stream();
  std::vector<std::string> fields;
  std::vector<field_writer> writers;
  for (const column_info& one : table.columns()) {
    fields.push_back(in_quotes(one.name, options.delimiter));
    writers.push_back(writer_of(table[one.name], options.delimiter));
  }
  if (options.header) write_line(file, fields, options.delimiter);
  const std::uint64_t rows = writers.empty() ? 0 : table.rows();
  for (std::uint64_t row = 0; row < rows && file; ++row) {
    for (std::size_t i = 0; i < writers.size(); ++i)
      fields[i] = writers[i](row);
    write_line(file, fields, options.delimiter);
  }
  made.complete();
}

}  // namespace telar
