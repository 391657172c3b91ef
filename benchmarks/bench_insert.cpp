// bench_insert: how fast edges get into a graph, beside peers and the bound.
//
//   $ bench-insert --scale 20 --json insert.json
//
// Input: an R-MAT graph, 16 undirected edges a vertex, in memory, in random
// order.  Each worker inserts its part, and both ends of an edge are written.
// The clock runs from the first start to the last finish of the workers, after
// all of them have mapped the memory that they will write; "cold" is the rate
// when nothing was committed or mapped before.
//
// "to touch" is the median, over rounds, of the rate divided by that of random
// touch by as many workers of the same kind in the same round: two additions to
// 16 bytes each, which no insertion can beat.  Peers on the heap are warmed as
// far as their allocator permits, and work with threads only.  "bytes/edge" is
// memory in use, or, of peers on the heap, what a cold run took.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/command_line.hpp"
#include "support/contestant.hpp"
#include "support/machine.hpp"
#include "support/report.hpp"
#include "support/runner.hpp"
#include "support/targets.hpp"

namespace {

struct arguments {
  unsigned scale = 18;
  std::uint64_t seed = 1;
  bench::plan how;
  std::string only;
  std::string json_path;
};

std::vector<bench::contestant> contestants(const std::string& only) {
  std::vector<bench::contestant> all;
  bench::add_touch(all);
  bench::add_telar(all);
  bench::add_interprocess(all);
  bench::add_boost_graph(all);
  bench::add_tbb(all);
  std::erase_if(all, [&](const bench::contestant& c) {
    return c.name != bench::touch_name && c.label().find(only) == only.npos;
  });
  return all;
}

void run(const arguments& given) {
  const auto machine = bench::machine();
  bench::print_machine(machine);
  const bench::rmat input(given.scale, given.seed);
  fmt::print(
      "R-MAT scale {}, seed {}: {} vertices, {} edges; {} rounds, {} "
      "cold\n\n",
      given.scale, given.seed, input.vertices, input.edges.size(),
      given.how.repeats, given.how.cold_repeats);
  std::fflush(stdout);

  const auto all = contestants(given.only);
  const auto records = bench::run_all(all, input, given.how);
  bench::print(records);
  const auto targets = bench::targets(records);
  fmt::print("\nTargets, at scale 20:\n");
  bench::print_targets(targets);
  if (given.json_path.empty()) return;
  bench::write(given.json_path, {{"benchmark", "insert"},
                                 {"machine", machine},
                                 {"scale", given.scale},
                                 {"seed", given.seed},
                                 {"vertices", input.vertices},
                                 {"edges", input.edges.size()},
                                 {"repeats", given.how.repeats},
                                 {"cold_repeats", given.how.cold_repeats},
                                 {"contestants", bench::to_json(records)},
                                 {"targets", targets}});
}

}  // namespace

int main(int argc, char** argv) {
  arguments given;
  CLI::App app("Measures how fast edges are inserted, beside peers.");
  app.add_option("--scale", given.scale, "2^SCALE vertices")
      ->check(CLI::Range(4, 26))
      ->capture_default_str();
  app.add_option("--seed", given.seed, "of the input")->capture_default_str();
  app.add_option("--repeats", given.how.repeats, "rounds")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--cold", given.how.cold_repeats,
                 "further rounds without memory committed before")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  app.add_option("--only", given.only,
                 "contestants whose line contains this, and random touch");
  bench::add_json(app, given.json_path);
  return bench::run_main("bench-insert", app, argc, argv, [&] { run(given); });
}
