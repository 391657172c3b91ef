// frame/summary.hpp: what one pass over cells finds out.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "error/raise.hpp"
#include "frame/cells.hpp"

namespace telar::detail {

template <typename T>
struct summary {
  static constexpr bool real = std::is_floating_point_v<T>;
  static constexpr bool text = std::is_same_v<T, std::string>;
  __extension__ using whole = __int128;  // 2^64 cells of 64 bits fit
  using total = std::conditional_t<real, double, whole>;

  std::uint64_t count = 0;
  T least{};
  T greatest{};
  total sum{};
  double lost = 0;  ///< Digits that `sum` has no room for (Neumaier 1974).

  void add(const T& x) {
    if constexpr (real) {
      if (std::isnan(x)) return;
    }
    if (count == 0 || x < least) least = x;
    if (count == 0 || greatest < x) greatest = x;
    ++count;
    if constexpr (real) {
      add_real(x);
    } else if constexpr (!text) {
      sum += static_cast<whole>(x);
    }
  }

  [[nodiscard]] cell_value sum_value() const {
    if constexpr (real) {
      return real_sum();
    } else if constexpr (text) {
      return std::string();
    } else if constexpr (std::is_signed_v<T>) {
      require(sum >= std::numeric_limits<std::int64_t>::min() &&
              sum <= std::numeric_limits<std::int64_t>::max());
      return static_cast<std::int64_t>(sum);
    } else {
      require(sum <= std::numeric_limits<std::uint64_t>::max());
      return static_cast<std::uint64_t>(sum);
    }
  }

  /// NaN of no cells, where there is one.
  [[nodiscard]] T least_value() const { return or_nan(least); }
  [[nodiscard]] T greatest_value() const { return or_nan(greatest); }

  [[nodiscard]] double mean() const {
    if (count == 0) return std::numeric_limits<double>::quiet_NaN();
    const auto cells = static_cast<double>(count);
    if constexpr (real) {
      return real_sum() / cells;
    } else {
      return static_cast<double>(sum) / cells;
    }
  }

 private:
  [[nodiscard]] T or_nan(const T& x) const {
    if constexpr (real) {
      return count != 0 ? x : std::numeric_limits<T>::quiet_NaN();
    } else {
      return x;
    }
  }
  void add_real(double x) {
    const double next = sum + x;
    lost += std::abs(sum) >= std::abs(x) ? (sum - next) + x : (x - next) + sum;
    sum = next;
  }
  /// Without the correction once the sum is infinite: that would be NaN.
  [[nodiscard]] double real_sum() const {
    return std::isfinite(sum) ? sum + lost : sum;
  }
  static void require(bool fits) {
    if (fits) return;
    raise(errc::bad_argument,
          "the sum exceeds 64 bits: copy the column into one of f64 first.");
  }
};

}  // namespace telar::detail
