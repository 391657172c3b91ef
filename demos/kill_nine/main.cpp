// kill_nine: eight processes weave one graph, and are killed at it.
//
//   $ kill_nine
//   8 processes weave one graph; every 5 ms one gets kill -9, and is replaced.
//
//   5.0 s: 1999374 edges acknowledged, 1008 kills, 46 repairs, longest wait
//   52 ms
//
//   1999375 edges were acknowledged, and all of them are there, at both ends.
//   16 more are whole, though whoever inserted them was never told.
//   The checker finds nothing wrong.
//
// The first figures move while you watch.  An edge counts as acknowledged when
// `add_edge` has returned and its process, still alive, has written that down.
// A repair is a dead process found by another one, in whose way it held a
// vertex; all others are found by whoever takes their place.  The longest wait
// is that of any call, the scheduler's share included.  Nothing is locked,
// restarted or repaired by hand, and an interrupted demo leaves nothing behind.
// The first line may lack those who were killed between writing down and
// counting.
//
// `--forge` writes down an edge that nobody inserted: the demo must miss it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <random>
#include <stdexcept>
#include <telar/graph.hpp>
#include <thread>

#include "ledger.hpp"
#include "watcher.hpp"
#include "weavers.hpp"

namespace {

using clock = std::chrono::steady_clock;

/// Kept within what /dev/shm holds even in a small container.
constexpr std::uint64_t edges_per_second = 400'000;

struct arguments {
  unsigned processes = 8;
  unsigned seconds = 5;
  unsigned every = 5;
  std::uint64_t seed = 1;
  bool forge = false;
};

/// Kills and replaces until the time is up.
void storm(demo::weavers& crew, demo::ledger& told, demo::watcher& watch,
           const arguments& given) {
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  std::mt19937_64 random(given.seed);
  const auto begin = clock::now();
  auto next_look = begin;
  std::uint64_t kills = 0;
  double seconds = 0;
  while (seconds < given.seconds) {
    std::this_thread::sleep_until(begin + milliseconds(given.every) * ++kills);
    // All weave for a moment, in which one dies; then they may rest.
    told.allow(static_cast<std::uint64_t>(seconds * edges_per_second) + 2000);
    std::this_thread::sleep_for(microseconds(random() % 500));
    crew.replace(random() % given.processes);
    seconds = std::chrono::duration<double>(clock::now() - begin).count();
    if (clock::now() < next_look) continue;
    watch.draw(seconds, kills);
    next_look = clock::now() + watch.pause();
  }
  crew.kill_all();
  watch.draw(seconds, kills + given.processes);
  fmt::print("\n\n");
}

/// Whether nothing is lost.
bool judge(const telar::graph& g, const demo::ledger& told) {
  const auto checked = g.check();
  const auto all = demo::look_up(g, told);
  fmt::print("{} edges were acknowledged, and {} are there, at both ends.\n",
             all.acknowledged, all.missing.empty() ? "all of them" : "not all");
  for (const auto number : all.missing) {
    const auto [u, v] = demo::ends_of(number);
    fmt::print("MISSING: edge {}, from {} to {}.\n", number, u, v);
  }
  fmt::print(
      "{} more are whole, though whoever inserted them was never told.\n",
      all.unacknowledged);
  for (const auto& problem : checked.problems) fmt::print("{}\n", problem);
  if (checked) fmt::print("The checker finds nothing wrong.\n");
  return checked.ok() && all.missing.empty();
}

bool run(const arguments& given) {
  demo::ledger told((given.seconds + 1) * edges_per_second);
  auto g = telar::graph::create(telar::anonymous, {});
  g.add_vertices(demo::warp + told.edges() / demo::warp);
  fmt::print(
      "{} processes weave one graph; every {} ms one gets kill -9, and is "
      "replaced.\n\n",
      given.processes, given.every);
  demo::watcher watch(g, told);
  {
    demo::weavers crew(g, told, given.processes);
    storm(crew, told, watch, given);
  }
  if (given.forge) told.acknowledge(told.edges() - 1, 0);
  return judge(g, told);
}

}  // namespace

int main(int argc, char** argv) try {
  arguments given;
  CLI::App app("Processes weave one graph, and are killed at it.");
  app.add_option("--processes", given.processes)
      ->check(CLI::Range(2, 256))
      ->capture_default_str();
  app.add_option("--seconds", given.seconds)
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  app.add_option("--every", given.every, "milliseconds from kill to kill")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--seed", given.seed, "of the choice of victims")
      ->capture_default_str();
  app.add_flag("--forge", given.forge, "acknowledge an edge that is not there");
  CLI11_PARSE(app, argc, argv);
  return run(given) ? 0 : 1;
} catch (const std::exception& failure) {
  fmt::print(stderr, "kill_nine: {}\n", failure.what());
  return 1;
}
