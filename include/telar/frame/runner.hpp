// telar/frame/runner.hpp: how the work on a column is divided.
//
// A runner is anything that can be called as
//
//   run(rows, grain, body)
//
// and calls `body(begin, end)` for ranges that together are [0, rows), each row
// in one of them, none much smaller than `grain` but the last; in any order, in
// any thread or forked process, and returns when all have returned.
#pragma once

#include <cstdint>

namespace telar {

/// Rows in a piece of work: some tens of microseconds.
inline constexpr std::uint64_t row_grain = 16'384;

/// All of it, here and now.
struct sequential_runner {
  template <typename Body>
  void operator()(std::uint64_t rows, std::uint64_t /*grain*/,
                  const Body& body) const {
    if (rows != 0) body(std::uint64_t{0}, rows);
  }
};

}  // namespace telar
