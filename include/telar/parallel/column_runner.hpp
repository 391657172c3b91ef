// telar/parallel/column_runner.hpp: an executor at work on the columns of
// telar::frame.
//
//   telar::parallel::executor processes({.backend = backend::processes});
//   table.transform<double>("price", [](double x) { return 1.2 * x; },
//                           telar::parallel::column_runner(processes));
//
// Columns lie in shared memory: threads and forked processes write the same
// cells.  (In an isolated table a forked process writes its own copy, and the
// caller's stays as it was.)
//
// A `worker_pool` is refused by the compiler: what it would have to run holds
// addresses of the caller.  Its tasks find the column by themselves:
//
//   telar::graph_ref ref(table.vertices());  // before the pool
//   worker_pool pool;
//   pool.for_each(
//       [](std::uint64_t row, telar::graph_ref g) {
//         const auto price = telar::frame(*g).column<double>("price");
//         price.store(row, 1.2 * price.load(row));
//       },
//       std::views::iota(std::uint64_t{0}, table.rows()), ref);
#pragma once

#include <algorithm>
#include <cstdint>
#include <ranges>

#include <telar/parallel/executor.hpp>

namespace telar::parallel {

/// A runner, as telar/frame/runner.hpp describes it.
///
/// What the function of a transform throws comes as a `task_error`, whose task
/// is a piece of rows; a worker process that dies, as a `worker_error`.  Some
/// cells are replaced then.
/// Concurrency: that of the executor, which must outlive it.
class column_runner {
 public:
  /// `grain`: rows in a piece; 0: as many as the column asks for, which is
  /// right for functions of some nanoseconds.  Fewer for slow ones: workers
  /// have nothing to do when there are fewer pieces than workers.
  explicit column_runner(executor& with, std::uint64_t grain = 0) noexcept
      : executor_(with), grain_(grain) {}

  template <typename Body>
  void operator()(std::uint64_t rows, std::uint64_t grain,
                  const Body& body) const {
    const std::uint64_t size =
        std::max(grain_ == 0 ? grain : grain_, std::uint64_t{1});
    const std::uint64_t pieces = rows / size + (rows % size == 0 ? 0 : 1);
    executor_.for_each(
        [&](std::uint64_t piece) {
          const std::uint64_t begin = piece * size;
          body(begin, begin + std::min(size, rows - begin));
        },
        std::views::iota(std::uint64_t{0}, pieces));
  }

 private:
  executor& executor_;
  std::uint64_t grain_;
};

}  // namespace telar::parallel
