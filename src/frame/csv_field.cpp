// Fields of CSV files.
#include "frame/csv_field.hpp"

#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <string>

namespace telar::detail {
namespace {

constexpr std::array<std::string_view, 18> missing_words{
    "",     "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN",
    "-NaN", "-nan", "1.#IND",   "NA",  "1.#QNAN", "<NA>",
    "N/A",  "NULL", "NaN",      "n/a", "nan",     "null"};

std::string_view number_in(std::string_view field) {
  const auto first = field.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  field = field.substr(first, field.find_last_not_of(' ') - first + 1);
  if (field.size() > 1 && field[0] == '+' && field[1] != '-') {
    field.remove_prefix(1);
  }
  return field;
}

/// In capitals or not.
bool is_word(std::string_view field, std::string_view word) {
  return field.size() == word.size() &&
         ::strncasecmp(field.data(), word.data(), word.size()) == 0;
}

template <typename T>
std::optional<T> parsed(std::string_view field) {
  const std::string_view text = number_in(field);
  T value{};
  const auto [end, failed] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

/// A number beyond the doubles: infinity, or zero.
double limit_of(std::string_view number) {
  static const locale_t plain = ::newlocale(LC_ALL_MASK, "C", nullptr);
  return ::strtod_l(std::string(number).c_str(), nullptr, plain);
}

}  // namespace

bool is_missing(std::string_view field) {
  return std::find(missing_words.begin(), missing_words.end(), field) !=
         missing_words.end();
}

std::optional<bool> bool_of(std::string_view field) {
  if (is_word(field, "true")) return true;
  if (is_word(field, "false")) return false;
  return std::nullopt;
}

std::optional<std::int64_t> signed_of(std::string_view field) {
  return parsed<std::int64_t>(field);
}

std::optional<std::uint64_t> unsigned_of(std::string_view field) {
  return parsed<std::uint64_t>(field);
}

std::optional<double> real_of(std::string_view field) {
  const std::string_view text = number_in(field);
  const bool whole = text.find_first_not_of("-0123456789") == text.npos;
  if (whole && !signed_of(field) && !unsigned_of(field)) return std::nullopt;
  double value = 0;
  const auto [end, failed] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (failed == std::errc::result_out_of_range) return limit_of(text);
  // "Nan" may be a name; the words for what is missing are known elsewhere.
  if (failed != std::errc{} || std::isnan(value)) return std::nullopt;
  return value;
}

void csv_type::see(std::string_view field) {
  rows_ = true;
  if (is_missing(field)) {
    missing_ = true;
    return;
  }
  any_ = true;
  const bool is_signed = signed_of(field).has_value();
  const bool is_unsigned = unsigned_of(field).has_value();
  signed_ = signed_ && is_signed;
  unsigned_ = unsigned_ && is_unsigned;
  whole_ = whole_ && (is_signed || is_unsigned);
  large_ = large_ || (is_unsigned && !is_signed);
  real_ = real_ && real_of(field);
  bool_ = bool_ && bool_of(field);
}

column_type csv_type::type() const {
  if (!rows_) return column_type::string;
  if (!any_) return column_type::f64;
  if (!missing_ && signed_) return column_type::i64;
  if (!missing_ && unsigned_) return column_type::u64;
  // As f64 they would lose digits.
  if (whole_ && large_) return column_type::string;
  if (real_) return column_type::f64;
  if (!missing_ && bool_) return column_type::boolean;
  return column_type::string;
}

}  // namespace telar::detail
