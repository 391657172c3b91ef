// demos/notebook/streams.cpp: the cure for repeated random numbers: a generator
// for each task, keyed by its index.  Who runs the task makes no difference then.

#include <algorithm>
#include <cstdint>
#include <random>
#include <ranges>
#include <telar/parallel.hpp>
#include <telar/random.hpp>
#include <telar/random/legacy_integers.hpp>
#include <vector>

#include "notebook/rows.hpp"

namespace notebook {
namespace {

using telar::parallel::backend;
using telar::parallel::worker_pool;
using numbers = std::vector<std::uint32_t>;
using vectors = std::vector<numbers>;

constexpr std::uint64_t tasks = 10;

/// numpy.random.RandomState(task).randint(15, size=5), for each task
const vectors of_own_engines{
    {12, 5, 0, 3, 11}, {5, 11, 12, 8, 9}, {8, 13, 8, 6, 11}, {10, 8, 9, 3, 8},
    {10, 14, 7, 5, 1}, {3, 14, 13, 6, 6}, {10, 9, 3, 4, 10}, {4, 9, 6, 3, 3},
    {3, 4, 1, 9, 5},   {14, 12, 14, 5, 6}};

numbers draw_from_stream(std::uint64_t task) {
  telar::random::stream stream(0, task);
  std::uniform_int_distribution<std::uint32_t> below_15(0, 14);
  numbers drawn(5);
  std::ranges::generate(drawn, [&] { return below_15(stream); });
  return drawn;
}

numbers draw_from_own_engine(std::uint64_t task) {
  std::mt19937 own(static_cast<std::uint32_t>(task));
  return telar::random::legacy_integers(own, 15, 5);
}

/// Whoever runs the tasks, they draw what `expected` says.
void require_everywhere(numbers (*draw)(std::uint64_t),
                        const vectors& expected) {
  for (const auto who : {backend::sequential, backend::threads,
                         backend::processes, backend::workers}) {
    for (const int count : {1, 2, 4, 8}) {
      worker_pool pool({.backend = who, .workers = count});
      require(to_string(who).data(),
              pool.map(draw, std::views::iota(std::uint64_t{0}, tasks)),
              expected);
    }
  }
}

}  // namespace

void own_generators() {
  heading("N5", "the cure: a generator for each task, whoever runs it");
  vectors of_streams;
  for (std::uint64_t task = 0; task < tasks; ++task) {
    of_streams.push_back(draw_from_stream(task));
  }
  require_everywhere(draw_from_stream, of_streams);
  require_everywhere(draw_from_own_engine, of_own_engines);

  fmt::print("  task  {:<25}{}\n", "random::stream(0, task)",
             "std::mt19937(task)");
  for (std::size_t task = 0; task < tasks; ++task) {
    fmt::print("  {:<6}{:<25}{}\n", task, fmt::format("{}", of_streams[task]),
               of_own_engines[task]);
  }
}

}  // namespace notebook
