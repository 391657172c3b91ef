// tests/package/consumer/parts.cpp: uses each installed part of telar.
#include <cmath>
#include <cstdint>
#include <iostream>
#include <vector>

#include <telar/frame.hpp>
#include <telar/parallel.hpp>
#include <telar/parallel/column_runner.hpp>
#include <telar/random.hpp>

int main() {
  telar::random::stream first(1, 2);
  telar::random::stream again(1, 2);
  if (first() != again()) return std::cout << "no stream\n", 1;

  telar::parallel::executor threads;
  const std::vector<double> roots = threads.map(
      [](double x) { return std::sqrt(x); }, std::vector<double>{4, 9});
  if (roots != std::vector<double>{2, 3}) return std::cout << "no map\n", 1;

  auto table = telar::frame::create(telar::anonymous);
  table.append_rows(2);
  table.add_column("x", std::vector<std::int64_t>{1, 2});
  table.transform<std::int64_t>(
      "x", [](auto x) { return x + 5; },
      telar::parallel::column_runner(threads));
  if (table.column<std::int64_t>("x").load(1) != 7) {
    return std::cout << "no column\n", 1;
  }
  std::cout << "the parts work\n";
}
