// telar/frame/column.hpp: a typed handle to a column.
//
//   telar::column<double> price = table.column<double>("price");
//   price.store(row, 9.5);
//   for (double x : price.span()) sum += x;
//
// A handle keeps the segment mapped and is freely copied; any number of threads
// may use one, and a forked child may go on using it.
//
// Concurrency.  A cell may be written by one thread at a time; what is in it is
// never torn.  `load` and `store` may run beside each other: whoever loads a
// value sees what its writer did before it stored it.  A span is plain memory:
// reading one beside writers is a data race, as with any array.
//
// When the column is dropped its handles throw `not_found`; whoever drops it
// sees to it that nobody uses it at that time, and its spans end.
#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <telar/detail/column_layout.hpp>
#include <telar/frame/runner.hpp>
#include <telar/frame/types.hpp>

namespace telar {

namespace detail {

class core;

/// What every handle to a column holds.
struct column_access {
  std::shared_ptr<detail::core> keep;
  column_entry* entry = nullptr;
  const word64* row_count = nullptr;
  std::byte* cells = nullptr;
  std::uint32_t generation = 0;
  std::uint32_t index = 0;
  column_type type{};
  unsigned rows_a_page = 0;     ///< As a power of two.
  std::uint64_t most_rows = 0;  ///< What is mapped holds.

  /// Acquire: pairs with the release of whoever added the rows.
  [[nodiscard]] std::uint64_t rows() const noexcept {
    return row_count->load(std::memory_order_acquire);
  }
  /// How many rows have memory, by the word `entry->cells`; within what is
  /// mapped, whatever damage says.
  [[nodiscard]] std::uint64_t committed(std::uint64_t word) const noexcept {
    return std::min(std::uint64_t{value_of(word)} << rows_a_page, most_rows);
  }
  /// Whether there is such a row, with memory, and the column not dropped.
  [[nodiscard]] bool reaches(std::uint64_t row) const noexcept {
    // Acquire: pairs with the CAS in segment::grow_pages().
    const std::uint64_t word = entry->cells.load(std::memory_order_acquire);
    return generation_of(word) == generation && row < committed(word) &&
           row < rows();
  }
  /// Throws `bad_argument` if there is no such row; commits its memory.
  void reach(std::uint64_t row) const;
  /// Throws as `reach`.  False: the row is there, but without memory as yet.
  bool reach_to_read(std::uint64_t row) const;
  /// Throws `not_found`.
  [[noreturn]] void fail_dropped() const;
  /// Commits memory for so many rows, if that many are there or not.
  void commit(std::uint64_t rows) const;

  void store_text(std::uint64_t row, std::string_view text) const;
  [[nodiscard]] std::string_view load_text(std::uint64_t row) const;
};

/// A bool that damage made neither true nor false must not be loaded as one.
template <typename T>
T load_cell(T& cell, std::memory_order order) {
  if constexpr (std::is_same_v<T, bool>) {
    auto& byte = reinterpret_cast<unsigned char&>(cell);
    return std::atomic_ref<unsigned char>(byte).load(order) != 0;
  } else {
    return std::atomic_ref<T>(cell).load(order);
  }
}

}  // namespace detail

template <typename T>
class column {
 public:
  using value_type = T;

  /// For `frame::column`.
  explicit column(detail::column_access access) : at_(std::move(access)) {}

  /// How many rows there are now.
  [[nodiscard]] std::uint64_t rows() const noexcept { return at_.rows(); }

  /// The cells of all rows that there are now: contiguous, in shared memory.
  ///
  /// Valid until the column is dropped or the last handle of the process to the
  /// segment is gone.  Rows that are added later need a new span.
  /// Throws `no_space`, `not_found`.  Complexity: O(1), and committing memory.
  /// Concurrency: concurrent, lock-free.
  [[nodiscard]] std::span<T> span() const {
    const std::uint64_t count = rows();
    if (count != 0) at_.commit(count);
    return {cells(), count};
  }

  /// The cell of a row; zero where nobody has written.  Acquire.
  /// Throws `bad_argument`, `not_found`.  Concurrency: concurrent, wait-free.
  [[nodiscard]] T load(std::uint64_t row) const {
    if (!at_.reaches(row) && !at_.reach_to_read(row)) [[unlikely]]
      return T{};
    return detail::load_cell(cells()[row], std::memory_order_acquire);
  }

  /// Writes the cell of a row.  Release.
  /// Throws `bad_argument`, `no_space`, `not_found`.
  /// Concurrency: concurrent, wait-free once the memory is committed.
  /// If the process is killed inside: the old value or the new one.
  void store(std::uint64_t row, T value) const {
    if (!at_.reaches(row)) [[unlikely]]
      at_.reach(row);
    std::atomic_ref<T>(cells()[row]).store(value, std::memory_order_release);
  }

  /// Replaces each cell x by f(x).  `run`: see telar/frame/runner.hpp.
  ///
  /// Cells change one by one: others may `load` meanwhile, and find old values
  /// and new ones.  What `f` throws comes through the runner; some cells are
  /// replaced then.  Throws as `span`.
  /// If the process is killed inside: some cells are replaced.
  template <typename Function, typename Run = sequential_runner>
  void transform(const Function& f, Run&& run = {}) const {
    transform_from(*this, f, run);
  }

  /// Sets each cell to f(x), x being the cell of the same row in `from`.
  template <typename Source, typename Function,
            typename Run = sequential_runner>
  void transform_from(const column<Source>& from, const Function& f,
                      Run&& run = {}) const {
    const std::span<Source> sources = from.span();
    const std::span<T> targets = span();
    const std::uint64_t count = std::min(sources.size(), targets.size());
    run(count, row_grain, [&](std::uint64_t begin, std::uint64_t end) {
      assert(begin <= end && end <= count);
      for (std::uint64_t i = begin; i < end; ++i) {
        const Source x =
            detail::load_cell(sources[i], std::memory_order_relaxed);
        std::atomic_ref<T>(targets[i])
            .store(static_cast<T>(f(x)), std::memory_order_release);
      }
    });
  }

  [[nodiscard]] const detail::column_access& access() const { return at_; }

 private:
  [[nodiscard]] T* cells() const { return reinterpret_cast<T*>(at_.cells); }

  detail::column_access at_;
};

/// A column of strings.  A cell refers to bytes that are written before it and
/// never change.  Those of a replaced string stay until the column is dropped,
/// or packed: see `frame::pack`.
template <>
class column<std::string> {
 public:
  using value_type = std::string;

  explicit column(detail::column_access access) : at_(std::move(access)) {}

  [[nodiscard]] std::uint64_t rows() const noexcept { return at_.rows(); }

  /// The string of a row; empty where nobody has written.  Valid as long as a
  /// span would be.
  /// Throws `bad_argument`, `not_found`, `corrupt`.
  /// Concurrency: concurrent, wait-free.
  [[nodiscard]] std::string_view load(std::uint64_t row) const {
    return at_.load_text(row);
  }

  /// Writes the string of a row: at most 65,535 bytes.
  ///
  /// Throws `bad_argument`, `no_space`, `not_found`.
  /// Concurrency: concurrent, lock-free.
  /// If the process is killed inside: the old string or the new one; the bytes
  /// of the new one may be lost until the column is packed.
  void store(std::uint64_t row, std::string_view text) const {
    at_.store_text(row, text);
  }

  /// Replaces each string x by f(x), as that of numbers does.
  template <typename Function, typename Run = sequential_runner>
  void transform(const Function& f, Run&& run = {}) const {
    const std::uint64_t count = rows();
    run(count, row_grain, [&](std::uint64_t begin, std::uint64_t end) {
      assert(begin <= end && end <= count);
      for (std::uint64_t i = begin; i < end; ++i) store(i, f(load(i)));
    });
  }

  [[nodiscard]] const detail::column_access& access() const { return at_; }

 private:
  detail::column_access at_;
};

}  // namespace telar
