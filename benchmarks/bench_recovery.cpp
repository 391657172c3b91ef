// bench_recovery: how long a killed process holds others up.
//
//   $ bench-recovery --json recovery.json
//
// Eight processes insert edges at one vertex.  One is killed, while it holds the
// vertex and the other seven wait for it, or at any moment of its work.  The
// clock runs from just before the SIGKILL to the first insertion there that
// another process has been told of.  Each kill has a vertex of its own, so that
// no adjacency is long.
//
// A robust mutex of POSIX is measured beside it: the kernel wakes a waiter of
// that when it releases what the dead held, and there is nothing to repair.
// The graph's waiters look themselves, at most half a millisecond apart.
//
// A row's percentiles are medians of its rounds; the maximum is of all.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "recovery/contender.hpp"
#include "recovery/kills.hpp"
#include "support/command_line.hpp"
#include "support/machine.hpp"
#include "support/report.hpp"
#include "support/runner.hpp"
#include "support/targets.hpp"

namespace {

constexpr double most_p99 = 1'000;  // µs

struct arguments {
  unsigned processes = 8;
  unsigned kills = 200;
  unsigned rounds = 5;
  std::string json_path;
};

struct row {
  bench::moment when;
  std::unique_ptr<bench::contender> (*make)(unsigned places);
  std::string name{};
  std::vector<double> p50{};  ///< One a round.
  std::vector<double> p99{};
  double worst = 0;
};

void measure(row& r, const arguments& given) {
  const auto what = r.make(given.kills);
  r.name = what->name() + (r.when == bench::moment::holding
                               ? ", killed while it holds it"
                               : ", killed at any moment");
  auto found = bench::time_kills(*what, given.processes, r.when);
  std::ranges::sort(found);
  r.p50.push_back(bench::percentile(found, 0.50));
  r.p99.push_back(bench::percentile(found, 0.99));
  r.worst = std::max(r.worst, found.back());
}

nlohmann::json to_json(const row& r) {
  return {{"name", r.name},
          {"p50", bench::median(r.p50)},
          {"p99", bench::median(r.p99)},
          {"max", r.worst},
          {"p50_rounds", r.p50},
          {"p99_rounds", r.p99}};
}

nlohmann::json targets_of(const std::vector<row>& rows) {
  auto list = nlohmann::json::array();
  for (const row& r : rows) {
    if (!r.name.starts_with("a vertex")) continue;
    const double found = bench::median(r.p99) * 1e6;
    list.push_back({{"target", r.name + ", p99 in µs"},
                    {"most", most_p99},
                    {"found", found},
                    {"reached", found <= most_p99}});
  }
  return list;
}

void print(const std::vector<row>& rows) {
  fmt::print("| µs | p50 | p99 | max |\n|---|---|---|---|\n");
  for (const row& r : rows) {
    fmt::print("| {} | {:.0f} | {:.0f} | {:.0f} |\n", r.name,
               bench::median(r.p50) * 1e6, bench::median(r.p99) * 1e6,
               r.worst * 1e6);
  }
}

void run(const arguments& given) {
  const auto machine = bench::machine();
  bench::print_machine(machine);
  fmt::print("{} processes, {} rounds of {} kills\n\n", given.processes,
             given.rounds, given.kills);
  std::fflush(stdout);

  using bench::moment;
  std::vector<row> rows{{moment::holding, bench::make_graph_contender},
                        {moment::any, bench::make_graph_contender},
                        {moment::holding, bench::make_mutex_contender}};
  for (unsigned round = 0; round < given.rounds; ++round) {
    for (row& r : rows) measure(r, given);
  }
  print(rows);
  const auto targets = targets_of(rows);
  fmt::print("\nTargets, with 8 processes:\n");
  bench::print_targets(targets);
  if (given.json_path.empty()) return;
  auto list = nlohmann::json::array();
  for (const row& r : rows) list.push_back(to_json(r));
  const nlohmann::json report{{"benchmark", "recovery"},
                              {"machine", machine},
                              {"processes", given.processes},
                              {"kills", given.kills},
                              {"rounds", given.rounds},
                              {"rows", list},
                              {"targets", targets}};
  bench::write(given.json_path, report);
}

}  // namespace

int main(int argc, char** argv) {
  arguments given;
  CLI::App app("Measures how long a killed process holds others up.");
  app.add_option("--processes", given.processes, "that work at one vertex")
      ->check(CLI::Range(2, 64))
      ->capture_default_str();
  app.add_option("--kills", given.kills, "a round")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--rounds", given.rounds, "rounds")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  bench::add_json(app, given.json_path);
  return bench::run_main("bench-recovery", app, argc, argv,
                         [&] { run(given); });
}
