// bench_snapshot: what snapshots cost who takes them, and who writes meanwhile.
//
//   $ bench-snapshot --scales 18 22 --json snapshot.json
//
// R-MAT graphs with half of their edges; two processes insert the other half, by
// span.  Beside them snapshots are taken one after the other, each timed: that
// should cost the same whatever the size.  Then the same insertion with 0, 1 and 8
// snapshots, alternating: each vertex is kept once when it is first changed, for
// however many snapshots, and all grow by what changed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "snapshot/measures.hpp"
#include "support/machine.hpp"
#include "support/report.hpp"
#include "support/runner.hpp"

namespace {

constexpr std::array<unsigned, 3> counts{0, 1, 8};
constexpr double least_share = 0.70;  // of the writers' speed, beside one

struct arguments {
  std::vector<unsigned> scales{18, 22};
  unsigned rounds = 5;
  std::string json_path;
};

struct row {
  std::vector<double> speeds{};  ///< Million edges a second, one a round.
  std::vector<double> shares{};  ///< To none, in the same round.
  double bytes = 0;              ///< An edge, of the last round.
};

nlohmann::json measure(unsigned scale, unsigned rounds) {
  const bench::rmat input(scale, 1);
  std::vector<double> taking = bench::time_taking(input);
  std::ranges::sort(taking);
  std::array<row, counts.size()> rows;
  for (unsigned round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const bench::insertion made = bench::insert_beside(input, counts[i]);
      const auto edges = static_cast<double>(made.edges);
      rows[i].speeds.push_back(edges / made.seconds / 1e6);
      rows[i].shares.push_back(rows[i].speeds[round] / rows[0].speeds[round]);
      rows[i].bytes = static_cast<double>(made.bytes) / edges;
    }
  }
  auto beside = nlohmann::json::array();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    beside.push_back(
        {{"snapshots", counts[i]},
         {"million_edges_per_second", bench::median(rows[i].speeds)},
         {"to_none", bench::median(rows[i].shares)},
         {"bytes_per_edge", rows[i].bytes}});
  }
  return {{"scale", scale},
          {"taken", taking.size()},
          {"p50_us", bench::percentile(taking, 0.50) * 1e6},
          {"p99_us", bench::percentile(taking, 0.99) * 1e6},
          {"beside", beside}};
}

void print(const nlohmann::json& found) {
  fmt::print(
      "scale {}: {} snapshots taken beside two writing processes: p50 "
      "{:.1f} µs, p99 {:.1f} µs\n\n",
      found["scale"].get<unsigned>(), found["taken"].get<std::size_t>(),
      found["p50_us"].get<double>(), found["p99_us"].get<double>());
  fmt::print(
      "| live snapshots | million edges/s | to none | bytes an edge |\n"
      "|---|---|---|---|\n");
  for (const auto& row : found["beside"]) {
    fmt::print(
        "| {} | {:.1f} | {:.2f} | {:.1f} |\n", row["snapshots"].get<unsigned>(),
        row["million_edges_per_second"].get<double>(),
        row["to_none"].get<double>(), row["bytes_per_edge"].get<double>());
  }
  const double share = found["beside"][1]["to_none"];
  fmt::print("\nwriters beside one snapshot, at least {:.2f}: {}\n\n",
             least_share, share >= least_share ? "reached" : "NOT reached");
  std::fflush(stdout);
}

void run(const arguments& given) {
  const auto machine = bench::machine();
  bench::print_machine(machine);
  auto list = nlohmann::json::array();
  for (const unsigned scale : given.scales) {
    list.push_back(measure(scale, given.rounds));
    print(list.back());
  }
  if (given.json_path.empty()) return;
  const nlohmann::json report{
      {"benchmark", "snapshot"}, {"machine", machine}, {"scales", list}};
  bench::write(given.json_path, report);
}

}  // namespace

int main(int argc, char** argv) try {
  arguments given;
  CLI::App app("Measures what snapshots cost.");
  app.add_option("--scales", given.scales, "2^scale vertices")
      ->check(CLI::Range(8, 24))
      ->capture_default_str();
  app.add_option("--rounds", given.rounds, "rounds")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--json", given.json_path, "write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  run(given);
} catch (const std::exception& failure) {
  fmt::print(stderr, "bench-snapshot: {}\n", failure.what());
  return 1;
}
