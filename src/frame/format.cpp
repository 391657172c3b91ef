// The number formats of pandas' to_string().
#include "frame/format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "frame/cells.hpp"

namespace telar::detail {
namespace {

constexpr int decimals = 6;

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// The first `count` characters.
std::string first(const std::string& text, std::size_t count) {
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (!continues(text[i]) && count-- == 0) break;
  }
  return text.substr(0, i);
}

std::string format(const char* how, double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-inf" : " inf";
  char text[400];
  const int size = std::snprintf(text, sizeof text, how, decimals, value);
  return {text, static_cast<std::size_t>(size)};
}

/// Takes away zeros that all of the numbers end with, but for one.
void trim(std::vector<std::string>& numbers) {
  const auto has_point = [](const std::string& text) {
    return text.find('.') != std::string::npos;
  };
  const auto longer = [&](const std::string& text) {
    return !has_point(text) ||
           (text.back() == '0' && text[text.size() - 2] != '.');
  };
  if (std::none_of(numbers.begin(), numbers.end(), has_point)) return;
  while (std::all_of(numbers.begin(), numbers.end(), longer)) {
    for (std::string& text : numbers) {
      if (has_point(text)) text.pop_back();
    }
  }
}

/// `T`: what the column holds.
template <typename T>
std::vector<std::string> format_real(const std::vector<double>& values) {
  static const auto smallest = static_cast<T>(std::pow(10.0, -decimals));
  std::vector<std::string> fixed;
  bool large = false;
  bool small = false;
  std::size_t longest = 0;
  for (const double value : values) {
    fixed.push_back(format("% .*f", value));
    const double size = std::abs(value);
    large = large || size > 1e6;
    small = small || (size > 0 && static_cast<T>(size) < smallest);
  }
  trim(fixed);
  for (const std::string& text : fixed) {
    longest = std::max(longest, text.size());
  }
  if (!small && !(large && longest > decimals + 6)) return fixed;
  std::vector<std::string> exponents;
  for (const double value : values) {
    exponents.push_back(format("% .*e", value));
  }
  return exponents;
}

std::string format_other(const cell_value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    const std::string shown = " " + on_one_line(*text);
    if (characters(shown) <= widest_text) return shown;
    return first(shown, widest_text - 3) + "...";
  }
  const std::string digits = text_of(value);
  return digits.front() == '-' ? digits : " " + digits;
}

}  // namespace

std::size_t characters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(
                           std::count_if(text.begin(), text.end(), continues));
}

std::string on_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    switch (c) {
      case '\n':
        line += "\\n";
        break;
      case '\r':
        line += "\\r";
        break;
      case '\t':
        line += "\\t";
        break;
      default:
        line += c;
    }
  }
  return line;
}

std::vector<std::string> format_cells(const column_ref& column,
                                      const std::vector<std::uint64_t>& rows) {
  const bool single = column.type() == column_type::f32;
  const bool real = single || column.type() == column_type::f64;
  std::vector<double> values;
  std::vector<std::string> texts;
  for (const std::uint64_t row : rows) {
    const cell_value value = column.get(row);
    if (real) {
      values.push_back(std::get<double>(value));
    } else {
      texts.push_back(format_other(value));
    }
  }
  if (!real) return texts;
  return single ? format_real<float>(values) : format_real<double>(values);
}

}  // namespace telar::detail
