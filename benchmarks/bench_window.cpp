// bench_window: what a sliding window of insertions and removals needs.
//
//   $ bench-window --scale 18 --svg window.svg
//
// Two processes pass a window of an eleventh of an R-MAT graph's edges over all of
// them, in random order: once each inserts and removes its own half, once one only
// inserts and the other only removes.  Memory in use, and committed, should stay
// flat.  The plot is drawn by gnuplot.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/machine.hpp"
#include "support/report.hpp"
#include "window/slide.hpp"

namespace {

using bench::sample;

struct series {
  std::string name;
  std::vector<sample> samples;
};

double mebibytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / (1 << 20);
}

/// What it needs at the end, to what it needed when the window was full.
double growth(const series& of) {
  const std::size_t full = 2 * of.samples.size() / bench::windows;
  return static_cast<double>(of.samples.back().used) /
         static_cast<double>(of.samples[full].used);
}

void print(const std::vector<series>& all, std::uint64_t window) {
  fmt::print(
      "a window of {} edges; MiB in use (committed) after so many\n\n|  |",
      window);
  for (const series& each : all) fmt::print(" {} |", each.name);
  fmt::print("\n|---|");
  for (std::size_t i = 0; i < all.size(); ++i) fmt::print("---|");
  const std::size_t step = all[0].samples.size() / bench::windows;
  for (std::size_t i = step - 1; i < all[0].samples.size(); i += step) {
    fmt::print("\n| {} |", (i + 1) / step);
    for (const series& each : all) {
      const sample& at = each.samples[i];
      fmt::print(" {:.1f} ({:.1f}) |", mebibytes(at.used),
                 mebibytes(at.committed));
    }
  }
  fmt::print("\n");
  for (const series& each : all) {
    fmt::print("\n{}: {:.2f} times what it took after two windows", each.name,
               growth(each));
  }
  fmt::print("\n");
}

/// Throws std::runtime_error if gnuplot is not there or fails.
void draw(const std::vector<series>& all, const std::string& path) {
  std::FILE* const plot = ::popen("gnuplot", "w");
  if (!plot) throw std::runtime_error("gnuplot cannot be started");
  fmt::print(plot,
             "set terminal svg size 720,360\nset output '{}'\n"
             "set xlabel 'windows passed'\nset ylabel 'MiB in use'\n"
             "set yrange [0:]\nset key bottom\nplot ",
             path);
  for (const series& each : all) {
    fmt::print(plot, "'-' with lines lw 2 title '{}', ", each.name);
  }
  fmt::print(plot, "\n");
  for (const series& each : all) {
    const double step =
        static_cast<double>(bench::windows) / double(each.samples.size());
    for (std::size_t i = 0; i < each.samples.size(); ++i) {
      fmt::print(plot, "{} {}\n", double(i + 1) * step,
                 mebibytes(each.samples[i].used));
    }
    fmt::print(plot, "e\n");
  }
  if (::pclose(plot) != 0) {
    throw std::runtime_error("gnuplot did not draw: is it installed?");
  }
}

nlohmann::json to_json(const series& of) {
  nlohmann::json used;
  nlohmann::json committed;
  for (const sample& each : of.samples) {
    used.push_back(each.used);
    committed.push_back(each.committed);
  }
  return {{"name", of.name},
          {"bytes_used", used},
          {"bytes_committed", committed},
          {"growth", growth(of)}};
}

void run(unsigned scale, const std::string& svg, const std::string& json) {
  const auto machine = bench::machine();
  bench::print_machine(machine);
  const bench::rmat input(scale, 1);
  const std::vector<series> all{
      {"each inserts and removes", bench::slide(input, bench::part::own_half)},
      {"one inserts, one removes", bench::slide(input, bench::part::own_kind)}};
  print(all, bench::window_of(input));
  if (!svg.empty()) draw(all, svg);
  if (json.empty()) return;
  bench::write(json, {{"benchmark", "window"},
                      {"machine", machine},
                      {"window", bench::window_of(input)},
                      {"series", {to_json(all[0]), to_json(all[1])}}});
}

}  // namespace

int main(int argc, char** argv) try {
  unsigned scale = 18;
  std::string svg;
  std::string json;
  CLI::App app("Measures what a sliding window needs.");
  app.add_option("--scale", scale, "2^scale vertices")
      ->check(CLI::Range(8, 22))
      ->capture_default_str();
  app.add_option("--svg", svg, "draw the memory in use into this file");
  app.add_option("--json", json, "write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  run(scale, svg, json);
} catch (const std::exception& failure) {
  fmt::print(stderr, "bench-window: {}\n", failure.what());
  return 1;
}
