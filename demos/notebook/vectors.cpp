// demos/notebook/vectors.cpp: random vectors of one engine for all tasks; and the
// trap in it: forked workers inherit its state, and draw the same vectors again.

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <random>
#include <ranges>
#include <telar/parallel.hpp>
#include <telar/random/legacy_integers.hpp>
#include <vector>

#include "notebook/meeting.hpp"
#include "notebook/rows.hpp"

namespace notebook {
namespace {

using telar::parallel::backend;
using telar::parallel::executor;
using numbers = std::vector<std::uint32_t>;
using vectors = std::vector<numbers>;

constexpr int workers = 4;

/// numpy.random.seed(0), then numpy.random.randint(15, size=5)
const vectors of_one_engine{{12, 5, 0, 3, 11},
                            {3, 7, 9, 3, 5},
                            {2, 4, 7, 6, 8},
                            {8, 12, 10, 1, 6},
                            {7, 7, 14, 8, 1}};

/// The engine that the whole program shares.
std::mt19937 engine;
std::mutex engine_lock;

numbers draw_from_engine(int) {
  const std::lock_guard held(engine_lock);
  return telar::random::legacy_integers(engine, 15, 5);
}

vectors draw(backend who) {
  engine.seed(0);
  executor tasks({.backend = who, .workers = workers, .grain = 1});
  const auto drawn = tasks.map(draw_from_engine, std::views::iota(0, 5));
  fmt::print("  {}\n", to_string(who));
  for (const numbers& vector : drawn) fmt::print("    {}\n", vector);
  return drawn;
}

void one_engine() {
  heading("N3", "five vectors of one engine");
  require("sequential", draw(backend::sequential), of_one_engine);
  // Which task has which vector is the schedule's choice.
  vectors by_threads = draw(backend::threads);
  vectors expected = of_one_engine;
  std::ranges::sort(by_threads);
  std::ranges::sort(expected);
  require("threads, sorted", by_threads, expected);
}

meeting first_eight;

void inherited_engine() {
  heading("N4", "the trap: ten vectors of one engine in 4 forked workers");
  engine.seed(0);
  executor tasks({.backend = backend::processes,
                  .workers = workers,
                  .grain = 1,
                  .time_limit = meeting::time_limit});
  const auto drawn = tasks.map(
      [](int task) {
        // Each worker gets two of the first eight.
        if (task < 4) first_eight.wait_for(4);
        if (task >= 4 && task < 8) first_eight.wait_for(8);
        return draw_from_engine(task);
      },
      std::views::iota(0, 10));

  // Nobody has drawn from the engine of this process: its next vectors are
  // those that the workers have drawn, each of them the same ones.
  std::ptrdiff_t left = 10;
  std::ptrdiff_t most = workers;
  while (left > 0) {
    const numbers vector = draw_from_engine(0);
    const auto count = std::ranges::count(drawn, vector);
    fmt::print("  {} drawn by {}\n", vector, count);
    require("no vector is drawn more often than the one before it",
            0 < count && count <= most, true);
    most = count;
    left -= count;
  }
}

}  // namespace

void random_vectors() {
  one_engine();
  inherited_engine();
}

}  // namespace notebook
