// bench_executor: what tasks cost with telar::parallel, and with its peers.
//
//   $ bench-executor --json executor.json
//
// Peers: a plain loop, OpenMP, oneTBB, and Python's joblib and multiprocessing,
// which executor_peers.py measures in a process of its own.  All rows are
// measured in turn, round after round; a figure is the median of the rounds,
// each of which is a median of calls where a call is short.  In C++ each
// measurement is a process of its own, forked before any thread begins.  What
// is timed is verified.  The caller is one of the workers of threads, OpenMP
// and oneTBB; beside worker processes it waits.
//
// Grain 1, 64 and auto are schedule(dynamic, 1), (dynamic, 64) and (static) of
// OpenMP, simple_partitioner and auto_partitioner of oneTBB, batch_size of
// joblib and chunksize of Pool.map.
//
// "× plain loop" and "× oneTBB" are medians, over rounds, of the ratio in the
// same round.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "executor/peers.hpp"
#include "executor/rows.hpp"
#include "executor/settings.hpp"
#include "executor/table.hpp"
#include "support/command_line.hpp"
#include "support/machine.hpp"
#include "support/report.hpp"
#include "support/rmat.hpp"

namespace {

struct arguments {
  bool quick = false;
  unsigned rounds = 0;
  std::string only;
  std::string json_path;
  std::string script = TELAR_BENCHMARKS_DIR "/executor_peers.py";
};

bench::settings settings_of(const arguments& given) {
  auto how = given.quick ? bench::settings::quick() : bench::settings{};
  if (given.rounds != 0) how.rounds = given.rounds;
  return how;
}

std::vector<bench::table> tables(const bench::stage& on,
                                 const std::string& only) {
  std::vector<bench::table> all;
  bench::add_squares(all, on);
  bench::add_calls(all, on);
  bench::add_starts(all, on);
  bench::add_graph_passing(all, on);
  bench::add_connects(all, on);
  bench::add_spins(all, on);
  bench::add_disturbance(all, on);
  std::erase_if(all, [&](const bench::table& t) {
    return t.key.find(only) == t.key.npos;
  });
  return all;
}

nlohmann::json versions(bench::peers& python) try {
  return python.ask({{"measure", "versions"}});
} catch (const bench::not_here& why) {
  return {{"missing", why.what()}};
}

nlohmann::json report_of(const std::vector<bench::table>& all) {
  auto list = nlohmann::json::array();
  for (const auto& t : all) list.push_back(bench::to_json(t));
  return list;
}

void run(const arguments& given) {
  const auto how = settings_of(given);
  const auto machine = bench::machine();
  bench::print_machine(machine);
  bench::peers python(given.script);
  const auto peers = versions(python);
  fmt::print("{}; {} workers, {} rounds\n", peers.dump(), how.workers,
             how.rounds);
  if (given.quick) fmt::print("Quick: a test, these figures mean nothing.\n");
  std::fflush(stdout);

  const bench::rmat input(how.graph_scale, 1);
  auto all = tables({how, input, python}, given.only);
  bench::measure_all(all, how.rounds);
  for (const auto& t : all) bench::print(t);
  if (given.json_path.empty()) return;
  const nlohmann::json report{
      {"benchmark", "executor"},  {"machine", machine},
      {"peers", peers},           {"quick", given.quick},
      {"rounds", how.rounds},     {"workers", how.workers},
      {"tables", report_of(all)}, {"targets", bench::goals_of(all)}};
  bench::write(given.json_path, report);
}

}  // namespace

int main(int argc, char** argv) {
  arguments given;
  CLI::App app("Measures what tasks cost, beside peers.");
  app.add_flag("--quick", given.quick, "one small round, for tests");
  app.add_option("--rounds", given.rounds, "rounds [5]")
      ->check(CLI::Range(1, 1000));
  app.add_option("--only", given.only, "tables whose key contains this");
  bench::add_json(app, given.json_path);
  app.add_option("--peers", given.script, "the script of Python's peers")
      ->capture_default_str();
  return bench::run_main("bench-executor", app, argc, argv,
                         [&] { run(given); });
}
