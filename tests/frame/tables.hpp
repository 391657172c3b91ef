// What the tests of tables share: small tables, and ways to divide work.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <telar/frame.hpp>

#include "support/crew.hpp"
#include "support/failure.hpp"
#include "support/placed.hpp"

namespace telar {

inline std::ostream& operator<<(std::ostream& out, const column_info& info) {
  return out << info.name << ": " << to_string(info.type);
}

}  // namespace telar

namespace telar::test {

inline frame small_table(std::uint64_t rows,
                         const location& where = anonymous) {
  frame made = frame::create(where, {.reserve = 64u << 20});
  if (rows != 0) made.append_rows(rows);
  return made;
}

/// What `check()` finds wrong, a line each.
inline std::string problems(const frame& table) {
  std::string lines;
  for (const auto& problem : table.check().problems) lines += problem + '\n';
  return lines;
}

/// The cells of a column, as loaded.
template <typename T>
std::vector<T> cells_of(const frame& table, const char* name) {
  std::vector<T> all;
  const auto cells = table.column<T>(name);
  for (std::uint64_t i = 0; i < cells.rows(); ++i) {
    all.push_back(T(cells.load(i)));
  }
  return all;
}

/// A runner (telar/frame/runner.hpp): threads or forked processes that take
/// pieces of the rows in turn.
struct crew_runner {
  crew_kind kind;
  int workers;

  template <typename Body>
  void operator()(std::uint64_t rows, std::uint64_t grain,
                  const Body& body) const {
    crew all(kind, workers, [&](int worker) {
      const auto step = grain * static_cast<std::uint64_t>(workers);
      for (auto i = grain * static_cast<std::uint64_t>(worker); i < rows;
           i += step) {
        body(i, std::min(rows, i + grain));
      }
    });
    require(all.finish(), "a worker failed");
  }
};

}  // namespace telar::test
