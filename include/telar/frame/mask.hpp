// telar/frame/mask.hpp: which rows: what a comparison of a column gives.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace telar {

/// Marks rows of a table: a copy, in this process, of what held when it was
/// made.  Combined by `&`, `|`, `^` and `!`; both sides must have equally many
/// rows (`bad_argument`).
class mask {
 public:
  mask() = default;
  explicit mask(std::uint64_t rows, bool marked = false)
      : marks_(rows, marked) {}

  [[nodiscard]] std::uint64_t size() const noexcept { return marks_.size(); }
  /// Requires: row < size().
  [[nodiscard]] bool operator[](std::uint64_t row) const {
    assert(row < size());
    return marks_[row] != 0;
  }
  /// Requires: row < size().
  void set(std::uint64_t row, bool marked = true) {
    assert(row < size());
    marks_[row] = marked;
  }
  /// How many rows it marks.
  [[nodiscard]] std::uint64_t count() const noexcept;
  /// Their numbers, ascending.
  [[nodiscard]] std::vector<std::uint64_t> rows() const;

  friend mask operator&(mask a, const mask& b) { return a.combine(b, and_); }
  friend mask operator|(mask a, const mask& b) { return a.combine(b, or_); }
  friend mask operator^(mask a, const mask& b) { return a.combine(b, xor_); }
  friend mask operator!(const mask& a) { return a ^ mask(a.size(), true); }
  friend bool operator==(const mask&, const mask&) = default;

 private:
  enum operation { and_, or_, xor_ };
  mask&& combine(const mask& other, operation how);

  std::vector<std::uint8_t> marks_;  ///< A byte a row: written in parallel.
};

}  // namespace telar
