// demos/notebook/loop.cpp: a pool that is used call after call, until an
// accumulator passes 1000.

#include <cmath>
#include <numeric>
#include <ranges>
#include <telar/parallel.hpp>
#include <vector>

#include "notebook/rows.hpp"

namespace notebook {
namespace {

using telar::parallel::backend;
using telar::parallel::worker_pool;

/// A task captures nothing: what it needs is passed, so that workers that were
/// forked long ago can run it.
double root(int i, double accumulator) {
  return std::pow(accumulator + i * i, 0.5);
}

void accumulate(backend who) {
  worker_pool pool({.backend = who});
  double accumulator = 0;
  int iterations = 0;
  while (accumulator < 1000) {
    const auto roots = pool.map(root, std::views::iota(0, 5), accumulator);
    accumulator += std::accumulate(roots.begin(), roots.end(), 0.0);
    ++iterations;
  }
  fmt::print("  {:<10}  {} in {} iterations\n", to_string(who), accumulator,
             iterations);
  require("the accumulator", accumulator, 1136.5969161564717);
  require("the iterations", iterations, 14);
}

}  // namespace

void reused_pool() {
  heading("N1", "a pool, reused until the accumulator passes 1000");
  for (const auto who :
       {backend::threads, backend::processes, backend::workers}) {
    accumulate(who);
  }
  heading("N2", "the same loop, one task after another");
  accumulate(backend::sequential);
}

}  // namespace notebook
