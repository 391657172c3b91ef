// frame_columns: a column mapped in parallel, and a masked assignment.
//
//   $ frame_columns
//   before
//      col1  col2
//   0     1     6
//   1     2     7
//   2     3     8
//   3     4     9
//   4     5    10
//   three processes add 5 to col1; then col2 = 10 where col1 >= 8
//      col1  col2
//   0     6     6
//   1     7     7
//   2     8    10
//   3     9    10
//   4    10    10
//
// Nothing is copied: the columns lie in shared memory, and each process maps
// its own rows in place.

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <telar/frame.hpp>
#include <vector>

#include "support/crew.hpp"

namespace {

/// Divides rows among forked processes: see telar/frame/runner.hpp.
struct forked_runner {
  unsigned workers;

  template <typename Body>
  void operator()(std::uint64_t rows, std::uint64_t, const Body& body) const {
    demo::crew crew("frame_columns", workers, [&](std::uint64_t i) {
      body(rows * i / workers, rows * (i + 1) / workers);
    });
    if (!crew.join()) throw std::runtime_error("a worker failed");
  }
};

}  // namespace

int main() try {
  auto table = telar::frame::create(telar::anonymous);
  table.append_rows(5);
  table.add_column<std::int64_t>("col1",
                                 std::vector<std::int64_t>{1, 2, 3, 4, 5});
  table.add_column<std::int64_t>("col2",
                                 std::vector<std::int64_t>{6, 7, 8, 9, 10});
  fmt::print("before\n{}\n", table.text());

  fmt::print("three processes add 5 to col1; then col2 = 10 where col1 >= 8\n");
  table.transform<std::int64_t>(
      "col1", [](auto x) { return x + 5; }, forked_runner{3});
  table["col2"].where(table["col1"] >= 8) = 10;
  fmt::print("{}\n", table.text());
} catch (const std::exception& failure) {
  fmt::print(stderr, "frame_columns: {}\n", failure.what());
  return 1;
}
