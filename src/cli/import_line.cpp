// cli/import_line.cpp: splitting lines.
#include "cli/import_line.hpp"

#include <algorithm>

namespace telar::cli {
namespace {

constexpr char blanks[] = " \t\r\n";

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  const std::size_t last = text.find_last_not_of(blanks);
  return text.substr(first, last - first + 1);
}

}  // namespace

std::string_view content_of(std::string_view line) noexcept {
  const std::string_view content = trimmed(line);
  if (content.starts_with('#') || content.starts_with('%')) return {};
  return content;
}

void line_fields::split(std::string_view content, separator between) {
  size_ = 0;
  switch (between) {
    case separator::any:
      return split_at_runs(content, true);
    case separator::blank:
      return split_at_runs(content, false);
    case separator::comma:
      return split_at_each(content, ',');
    case separator::tab:
      return split_at_each(content, '\t');
  }
}

void line_fields::split_at_runs(std::string_view content, bool commas) {
  const auto separates = [&](char c) {
    return c == ' ' || c == '\t' || (commas && c == ',');
  };
  std::size_t i = 0;
  while (size_ < most) {
    while (i < content.size() && separates(content[i])) ++i;
    if (i == content.size()) return;
    const std::size_t begin = i;
    while (i < content.size() && !separates(content[i])) ++i;
    fields_[size_++] = content.substr(begin, i - begin);
  }
}

void line_fields::split_at_each(std::string_view content, char separator) {
  std::string_view rest = content;
  while (size_ < most) {
    fields_[size_] = take_field(rest, separator);
    ++size_;
    if (rest.empty()) return;
    rest.remove_prefix(1);
  }
}

/// Takes a field off `rest`, which then is empty or begins with the separator.
std::string_view line_fields::take_field(std::string_view& rest,
                                         char separator) {
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  std::string_view quoted;
  const bool is_quoted = rest.starts_with('"');
  if (is_quoted) quoted = take_quoted(rest);
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view plain = trimmed(rest.substr(0, end));
  rest.remove_prefix(end);
  if (!is_quoted) return plain;
  if (!plain.empty()) throw malformed_line("text follows a closing quote");
  return quoted;
}

std::string_view line_fields::take_quoted(std::string_view& rest) {
  rest.remove_prefix(1);
  std::string& text = unquoted_[size_];
  text.clear();
  for (;;) {
    const std::size_t quote = rest.find('"');
    if (quote == std::string_view::npos) {
      throw malformed_line("a quote is not closed in this line");
    }
    const std::string_view piece = rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) {
      if (text.empty()) return piece;
      text += piece;
      return text;
    }
    // Two quotes are one.
    text += piece;
    text += '"';
    rest.remove_prefix(1);
  }
}

}  // namespace telar::cli
