// cli/numbers.hpp: text to numbers, whole or not at all.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace telar::cli {

/// A decimal number below 2^64: digits, and nothing else.
[[nodiscard]] inline std::optional<std::uint64_t> parse_id(
    std::string_view text) noexcept {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  if (code != std::errc{} || stop != end) return std::nullopt;
  return value;
}

/// A weight: anything but NaN, which would be equal to nothing.
template <typename Real>
[[nodiscard]] std::optional<Real> parse_weight(std::string_view text) noexcept {
  Real value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  if (code != std::errc{} || stop != end || std::isnan(value)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace telar::cli
