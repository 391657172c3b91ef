// cli/import_line.hpp: one line of an edge list to its fields.
#pragma once

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace telar::cli {

/// What stands between the fields of a line.
enum class separator {
  any,    ///< Runs of blanks, tabs and commas.
  blank,  ///< Runs of blanks and tabs; commas belong to the fields.
  comma,  ///< Each comma; a field may be quoted as in CSV.
  tab,    ///< Each tab; a field may be quoted as in CSV.
};

/// What is wrong with a line; the message lacks file and line.
class malformed_line : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The line without its line break and the blanks around it; empty if it holds
/// nothing, or a comment: it begins with # or %.
[[nodiscard]] std::string_view content_of(std::string_view line) noexcept;

/// The fields of a line.  Views point into the line, or into this object where
/// a quoted field contained quotes.
class line_fields {
 public:
  static constexpr std::size_t most = 4;

  /// Splits the content of a line.  What follows the fourth field is ignored.
  /// Throws `malformed_line` for quotes that do not close a field.
  void split(std::string_view content, separator between);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view operator[](std::size_t i) const noexcept {
    return fields_[i];
  }

 private:
  void split_at_runs(std::string_view content, bool commas);
  void split_at_each(std::string_view content, char separator);
  std::string_view take_field(std::string_view& rest, char separator);
  std::string_view take_quoted(std::string_view& rest);

  std::array<std::string_view, most> fields_;
  std::array<std::string, most> unquoted_;
  std::size_t size_ = 0;
};

}  // namespace telar::cli
