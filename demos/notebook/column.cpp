// demos/notebook/column.cpp: a column of a table mapped in parallel, and a
// masked assignment.

#include <cstdint>
#include <string>
#include <telar/frame.hpp>
#include <telar/parallel.hpp>
#include <telar/parallel/column_runner.hpp>
#include <vector>

#include "notebook/rows.hpp"

namespace notebook {
namespace {

using telar::parallel::backend;
using telar::parallel::column_runner;
using telar::parallel::executor;
using numbers = std::vector<std::int64_t>;

numbers cells(const telar::frame& table, const char* name) {
  const auto all = table.column<std::int64_t>(name).span();
  return {all.begin(), all.end()};
}

/// The columns lie in shared memory: a forked process writes them in place.
std::string map_and_assign(backend who) {
  auto table = telar::frame::create(telar::anonymous);
  table.append_rows(5);
  table.add_column("col1", numbers{1, 2, 3, 4, 5});
  table.add_column("col2", numbers{6, 7, 8, 9, 10});

  executor tasks({.backend = who, .workers = 2});
  table.transform<std::int64_t>(
      "col1", [](auto x) { return x + 5; },
      column_runner(tasks, 1));  // a row at a time: there are five
  table["col2"].where(table["col1"] >= 8) = 10;

  require("col1", cells(table, "col1"), {6, 7, 8, 9, 10});
  require("col2", cells(table, "col2"), {6, 7, 10, 10, 10});
  return table.text();
}

}  // namespace

void mapped_column() {
  heading("N8", "col1 + 5 in parallel; then col2 = 10 where col1 >= 8");
  std::string text;
  for (const auto who :
       {backend::sequential, backend::threads, backend::processes}) {
    text = map_and_assign(who);
  }
  fmt::print("{}\n", text);
}

}  // namespace notebook
