// demos/notebook/squares.cpp: which backend when, and what 100 000 tasks
// that do next to nothing cost.

#include <chrono>
#include <cstdint>
#include <numeric>
#include <ranges>
#include <telar/parallel.hpp>
#include <vector>

#include "notebook/rows.hpp"

namespace notebook {
namespace {

using telar::parallel::backend;
using telar::parallel::worker_pool;
using numbers = std::vector<std::uint64_t>;

constexpr std::uint64_t count = 100'000;

std::uint64_t square(std::uint64_t x) { return x * x; }

void require_squares(const numbers& found) {
  require("how many", found.size(), std::size_t{count});
  require("the first ten", numbers(found.begin(), found.begin() + 10),
          {0, 1, 4, 9, 16, 25, 36, 49, 64, 81});
  require("the sum",
          std::accumulate(found.begin(), found.end(), std::uint64_t{0}),
          std::uint64_t{333'328'333'350'000});
}

/// Milliseconds that `work` takes to make the squares.
template <typename Work>
double time_of(const Work& work) {
  const auto begun = std::chrono::steady_clock::now();
  const numbers found = work();
  const std::chrono::duration<double, std::milli> took =
      std::chrono::steady_clock::now() - begun;
  require_squares(found);
  return took.count();
}

numbers by_a_loop() {
  numbers found(count);
  for (std::uint64_t x = 0; x < count; ++x) found[x] = square(x);
  return found;
}

}  // namespace

void which_backend() {
  heading("N6", "which backend when");
  fmt::print(
      "  backend     level  use                              scope\n"
      "  sequential  low    debugging; tasks below 1 µs      all memory\n"
      "  threads     high   most tasks                       all memory\n"
      "  processes   low    what may crash or hang           graphs, tables *\n"
      "  workers     high   the same, call after call        graphs, tables "
      "**\n"
      "  *  The rest is a copy, made when the call begins.\n"
      "  ** Tasks capture nothing; arguments are copied.\n");
}

void squares() {
  heading("N7", "100 000 squares");
  const numbers all = by_a_loop();
  require_squares(all);
  fmt::print("  the first ten: {}\n  the sum: {}\n",
             numbers(all.begin(), all.begin() + 10),
             std::accumulate(all.begin(), all.end(), std::uint64_t{0}));

  fmt::print("  milliseconds          first call  next call\n");
  const auto items = std::views::iota(std::uint64_t{0}, count);
  for (const auto who : {backend::sequential, backend::threads,
                         backend::processes, backend::workers}) {
    worker_pool pool({.backend = who});
    const auto by_pool = [&] { return pool.map(square, items); };
    const double first = time_of(by_pool);
    fmt::print("    {:<20}{:10.3f}{:11.3f}\n", to_string(who), first,
               time_of(by_pool));
  }
  fmt::print("    {:<20}{:>10}{:11.3f}\n", "a plain loop", "",
             time_of(by_a_loop));
  fmt::print("  For work this small the plain loop wins.\n");
}

}  // namespace notebook
