// notebook_graph: three workers connect a vertex each to vertex 5, at once.
//
//   $ notebook_graph
//   before
//     {1: [2, 3, 4], 2: [1, 3], 3: [1, 2], 4: [1], 5: []}
//   threads, shared graph
//     {1: [2, 3, 4, 5], 2: [1, 3, 5], 3: [1, 2, 5], 4: [1], 5: [1, 2, 3]}
//   processes, shared graph
//     {1: [2, 3, 4, 5], 2: [1, 3, 5], 3: [1, 2, 5], 4: [1], 5: [1, 2, 3]}
//   processes, isolated graph
//     worker 1 saw its own edge only: 5: [1]
//     worker 2 saw its own edge only: 5: [2]
//     worker 3 saw its own edge only: 5: [3]
//     {1: [2, 3, 4], 2: [1, 3], 3: [1, 2], 4: [1], 5: []}
//
// The same lines each time: only who runs them, and where the graph lies, is
// another.  5's neighbours come in the order in which the workers met it, so
// they are printed sorted; the three workers' lines come in any order.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <stdexcept>
#include <telar/graph.hpp>
#include <thread>
#include <vector>

#include "support/crew.hpp"
#include "support/small_graph.hpp"

namespace {

using demo::after;
using demo::before;
using demo::connect;
using demo::make_graph;
using demo::table;
using demo::table_of;
using worker = std::function<void(std::uint64_t node)>;

void by_threads(const worker& work) {
  std::vector<std::jthread> threads;
  for (const std::uint64_t node : {1, 2, 3}) threads.emplace_back(work, node);
}

void by_processes(const worker& work) {
  demo::crew crew("notebook_graph", 3, [&](unsigned i) { work(i + 1); });
  if (!crew.join()) throw std::runtime_error("a worker failed");
}

void require(const table& found, const table& expected) {
  if (found != expected) {
    throw std::runtime_error(fmt::format("{} is not {}", found, expected));
  }
}

void show(const table& found, const table& expected) {
  fmt::print("  {}\n", found);
  require(found, expected);
}

/// In a copy of its own, a worker sees its own edge, and no other's.
void look_alone(const telar::graph& g, std::uint64_t node) {
  table own = before;
  own[node].push_back(5);
  own[5] = {node};
  const table found = table_of(g);
  fmt::print("  worker {} saw its own edge only: 5: {}\n", node, found.at(5));
  require(found, own);
}

/// The ten lines: workers 1, 2 and 3 connect themselves to 5.
void weave(const char* what, telar::placement where,
           void (*workers)(const worker&), const table& expected) {
  fmt::print("{}\n", what);
  auto g = make_graph(where);
  workers([&](std::uint64_t node) {
    connect(g, node, 5);
    if (where == telar::isolated) look_alone(g, node);
  });
  show(table_of(g), expected);
  if (!g.check()) throw std::runtime_error("the graph fails its check");
}

}  // namespace

int main() try {
  fmt::print("before\n");
  show(table_of(make_graph(telar::anonymous)), before);
  weave("threads, shared graph", telar::anonymous, by_threads, after);
  weave("processes, shared graph", telar::anonymous, by_processes, after);
  weave("processes, isolated graph", telar::isolated, by_processes, before);
} catch (const std::exception& failure) {
  fmt::print(stderr, "notebook_graph: {}\n", failure.what());
  return 1;
}
