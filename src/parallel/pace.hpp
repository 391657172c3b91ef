// parallel/pace.hpp: how many tasks a batch gets, how many inputs are taken
// ahead, and how often somebody is told.
#pragma once

#include <telar/parallel/options.hpp>

#include "parallel/board.hpp"

namespace telar::parallel::detail {

class pace {
 public:
  pace(const options& how, const call& what, unsigned workers);

  /// The most tasks of a batch.
  [[nodiscard]] std::uint32_t most() const noexcept { return most_; }
  /// Of the next batch, when `taken` inputs have been taken.  With a known
  /// number a share of what is left: many at first, one by one at the end, so
  /// that workers are done at the same time.  Otherwise few at first.
  [[nodiscard]] std::uint32_t next(std::uint64_t taken) const;
  /// A worker runs so many tasks of a batch at a time, and the rest can be given
  /// to another; 0: batches are not split.
  [[nodiscard]] std::uint32_t step() const noexcept { return step_; }
  /// The most inputs in flight.
  [[nodiscard]] std::uint64_t window() const noexcept { return window_; }

 private:
  void split(std::uint64_t most);

  std::optional<std::uint64_t> total_;
  std::uint64_t share_;  ///< 1 / share of what is left.
  std::uint32_t most_ = 1;
  std::uint32_t step_ = 0;
  std::uint64_t window_ = 0;
  bool fixed_ = false;
};

/// Calls `options::progress` when it is time.
class progress_reporter {
 public:
  progress_reporter(const options& how, std::optional<std::uint64_t> total);
  /// Nanoseconds until the next report; 0: nobody wants one.
  [[nodiscard]] std::uint64_t due_in() const;
  void report(std::uint64_t done, bool last);

 private:
  const options& how_;
  std::optional<std::uint64_t> total_;
  std::uint64_t begun_;
  std::uint64_t last_;
};

}  // namespace telar::parallel::detail
