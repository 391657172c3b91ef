// Fields of CSV files.
#include "frame/csv_field.hpp"

#include <algorithm>
#include <array>
#include <charconv>

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

}  // namespace

bool is_missing(std::string_view field) {
  return std::find(missing_words.begin(), missing_words.end(), field) !=
         missing_words.end();
}

std::optional<bool> bool_of(std::string_view field) {
  if (field == "True" || field == "true" || field == "TRUE") return true;
  if (field == "False" || field == "false" || field == "FALSE") return false;
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
  if (const auto value = parsed<double>(field)) return value;
  // Beyond the doubles: infinity, or zero.
  const auto wide = parsed<long double>(field);
  if (!wide) return std::nullopt;
  return static_cast<double>(*wide);
}

void csv_type::see(std::string_view field) {
  rows_ = true;
  if (is_missing(field)) {
    missing_ = true;
    return;
  }
  any_ = true;
  signed_ = signed_ && signed_of(field);
  unsigned_ = unsigned_ && unsigned_of(field);
  real_ = real_ && real_of(field);
  bool_ = bool_ && bool_of(field);
}

column_type csv_type::type() const {
  if (!rows_) return column_type::string;
  if (!any_) return column_type::f64;
  if (!missing_ && signed_) return column_type::i64;
  if (!missing_ && unsigned_) return column_type::u64;
  if (real_) return column_type::f64;
  if (!missing_ && bool_) return column_type::boolean;
  return column_type::string;
}

}  // namespace telar::detail
