// bench_changes: what it costs to tell a feed of each edge that is inserted.
//
//   $ bench-changes --scale 18 --json changes.json
//
// The same edges as in bench_insert go into a graph without a feed and into one
// with it, in turn, by one and two threads and processes, one by one and by span.
// Each result is verified: the edges, all degrees, and that the feed tells of as
// many edges as it remembers.  "to none" is the median, over rounds, of the rate
// divided by that without a feed in the same round.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/command_line.hpp"
#include "support/contestant.hpp"
#include "support/machine.hpp"
#include "support/report.hpp"
#include "support/runner.hpp"

namespace {

struct arguments {
  unsigned scale = 18;
  std::uint64_t changes = 1 << 20;
  bench::plan how{.repeats = 5, .cold_repeats = 0};
  std::string json_path;
};

/// The contestant without a feed that one with it is compared with; empty: this
/// one has none.
std::string_view untold(std::string_view name) {
  if (name == bench::telling_name) return bench::telar_name;
  if (name == bench::telling_span_name) return bench::telar_span_name;
  return {};
}

nlohmann::json compare(const std::vector<bench::record>& all) {
  auto list = nlohmann::json::array();
  for (const auto& with : all) {
    const std::string_view name = untold(with.who->name);
    if (name.empty()) continue;
    const bench::record& none =
        *std::ranges::find_if(all, [&](const bench::record& r) {
          return r.who->name == name && r.who->workers == with.who->workers;
        });
    std::vector<double> ratios;
    std::vector<double> more;
    for (std::size_t i = 0; i < with.warm.size(); ++i) {
      ratios.push_back(with.warm[i] / none.warm[i]);
      more.push_back(1e9 / with.warm[i] - 1e9 / none.warm[i]);
    }
    list.push_back(
        {{"name", with.who->label()},
         {"million_edges_per_second", bench::median(with.warm) / 1e6},
         {"without", bench::median(none.warm) / 1e6},
         {"to_none", bench::median(ratios)},
         {"ns_more_per_edge", bench::median(more)}});
  }
  return list;
}

void print(const nlohmann::json& rows) {
  fmt::print(
      "| million edges/s | with a feed | without | to none | ns more an edge "
      "|\n|---|---|---|---|---|\n");
  for (const auto& row : rows) {
    fmt::print("| {} | {:.2f} | {:.2f} | {:.2f} | {:.0f} |\n",
               row["name"].get<std::string>(),
               row["million_edges_per_second"].get<double>(),
               row["without"].get<double>(), row["to_none"].get<double>(),
               row["ns_more_per_edge"].get<double>());
  }
}

void run(const arguments& given) {
  const auto machine = bench::machine();
  bench::print_machine(machine);
  const bench::rmat input(given.scale, 1);
  fmt::print(
      "R-MAT scale {}: {} vertices, {} edges; {} rounds; a feed of {}\n\n",
      given.scale, input.vertices, input.edges.size(), given.how.repeats,
      given.changes);
  std::vector<bench::contestant> all;
  bench::add_telar(all);
  bench::add_telar_telling(all, given.changes);
  const auto rows = compare(bench::run_all(all, input, given.how));
  print(rows);
  if (given.json_path.empty()) return;
  bench::write(given.json_path, {{"benchmark", "changes"},
                                 {"machine", machine},
                                 {"scale", given.scale},
                                 {"changes", given.changes},
                                 {"repeats", given.how.repeats},
                                 {"rows", rows}});
}

}  // namespace

int main(int argc, char** argv) {
  arguments given;
  CLI::App app("Measures what a feed of changes costs those who insert.");
  app.add_option("--scale", given.scale, "2^SCALE vertices")
      ->check(CLI::Range(4, 26))
      ->capture_default_str();
  app.add_option("--changes", given.changes, "that the feed remembers")
      ->check(CLI::Range(1, 1 << 28))
      ->capture_default_str();
  app.add_option("--repeats", given.how.repeats, "rounds")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  bench::add_json(app, given.json_path);
  return bench::run_main("bench-changes", app, argc, argv, [&] { run(given); });
}
