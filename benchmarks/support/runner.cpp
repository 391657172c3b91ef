// benchmarks/support/runner.cpp: runs, verifies, and sums up.
#include "runner.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "memory.hpp"
#include "workers.hpp"

namespace bench {
namespace {

std::span<const telar::endpoints> part(const rmat& input, crew workers,
                                       unsigned worker) {
  const std::size_t all = input.edges.size();
  const std::size_t from = all * worker / workers.workers;
  const std::size_t to = all * (worker + 1) / workers.workers;
  return std::span(input.edges).subspan(from, to - from);
}

void verify(const structure& made, const rmat& input) {
  if (made.edge_count() != input.edges.size()) {
    throw std::runtime_error("wrong number of edges");
  }
  for (std::uint32_t v = 0; v < input.vertices; ++v) {
    if (made.degree(v) != input.degrees[v]) {
      throw std::runtime_error(fmt::format("wrong degree of vertex {}", v));
    }
  }
}

run measure(const contestant& who, const rmat& input, bool warm) {
  if (warm) keep_freed_memory();
  const auto before = resident_bytes();
  const auto made = who.make(input, warm);
  run result;
  const auto [seconds, cpu_share] =
      timed(who.workers,
            {[&](unsigned) {
               if (warm) made->warm_up(who.workers.workers);
             },
             [&](unsigned i) { made->insert(part(input, who.workers, i)); }});
  result.seconds = seconds;
  result.cpu_share = cpu_share;
  result.resident = resident_bytes() - before;
  result.memory = made->memory();
  verify(*made, input);
  return result;
}

run measure_apart(const contestant& who, const rmat& input, bool warm) try {
  return in_own_process<run>([&] { return measure(who, input, warm); });
} catch (const std::runtime_error& failure) {
  throw std::runtime_error(who.label() + ": " + failure.what());
}

/// Notes a cold run: what it took from the system is its own.
void note_cold(record& r, const run& done, double edges) {
  r.cold.push_back(edges / done.seconds);
  // What worker processes mapped is not in this figure, and touch is no graph.
  const bool heap_of_one =
      r.who->workers.kind == worker_kind::threads && r.who->name != touch_name;
  const double committed = done.memory.committed != 0
                               ? static_cast<double>(done.memory.committed)
                           : heap_of_one ? static_cast<double>(done.resident)
                                         : 0;
  r.bytes_committed = committed / edges;
}

void note_warm(record& r, const run& done, double edges) {
  r.warm.push_back(edges / done.seconds);
  r.cpu_shares.push_back(done.cpu_share);
  r.bytes_used = static_cast<double>(done.memory.used) / edges;
}

/// One line on a terminal, again and again.
void show_progress(const std::string& what) {
  if (::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\033[2K\r{}", what);
}

/// Workers of touch never wait for each other: they have a core each, unless
/// something else has it.
void warn_if_disturbed(const std::vector<record>& records) {
  constexpr double least = 0.92;
  for (const auto& r : records) {
    const auto disturbed = std::ranges::count_if(
        r.cpu_shares, [](double share) { return share < least; });
    if (r.who->name != touch_name || disturbed == 0) continue;
    fmt::print(
        "WARNING: {}: in {} of {} rounds a worker had less than {:.0f} % "
        "of a core: other work disturbs these figures.\n",
        r.who->label(), disturbed, r.cpu_shares.size(), 100 * least);
  }
}

/// The rates of touch with the same crew.
const record* bound_of(const record& r, const std::vector<record>& records) {
  for (const auto& other : records) {
    if (other.who->name == touch_name && other.who->workers == r.who->workers) {
      return &other;
    }
  }
  return nullptr;
}

}  // namespace

std::string to_string(crew workers) {
  const bool several = workers.workers != 1;
  return workers.kind == worker_kind::threads
             ? fmt::format("{} thread{}", workers.workers, several ? "s" : "")
             : fmt::format("{} process{}", workers.workers,
                           several ? "es" : "");
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

std::vector<record> run_all(const std::vector<contestant>& all,
                            const rmat& input, plan how) {
  std::vector<record> records;
  for (const auto& who : all) records.push_back({.who = &who});
  const auto edges = static_cast<double>(input.edges.size());
  for (unsigned round = 0; round < how.repeats + how.cold_repeats; ++round) {
    const bool warm = round < how.repeats;
    for (auto& r : records) {
      show_progress(fmt::format("round {} of {}{}: {}", round + 1,
                                how.repeats + how.cold_repeats,
                                warm ? "" : ", cold", r.who->label()));
      const run done = measure_apart(*r.who, input, warm);
      warm ? note_warm(r, done, edges) : note_cold(r, done, edges);
    }
  }
  show_progress("");
  for (auto& r : records) {
    const record* bound = bound_of(r, records);
    if (bound == nullptr) continue;
    for (std::size_t i = 0; i < r.warm.size(); ++i) {
      r.to_touch.push_back(r.warm[i] / bound->warm[i]);
    }
  }
  return records;
}

void print(const std::vector<record>& records) {
  warn_if_disturbed(records);
  fmt::print("{:46} {:>6} {:>15} {:>8} {:>6} {:>11}\n", "million edges/s",
             "median", "min - max", "to touch", "cold", "bytes/edge");
  for (const auto& r : records) {
    const auto [least, most] = std::ranges::minmax(r.warm);
    const double bytes = r.bytes_used != 0 ? r.bytes_used : r.bytes_committed;
    fmt::print("{:46} {:6.2f} {:6.2f} - {:6.2f} {:8.3f} {:6.2f} {:>11}\n",
               r.who->label(), median(r.warm) / 1e6, least / 1e6, most / 1e6,
               median(r.to_touch), median(r.cold) / 1e6,
               bytes == 0 ? "" : fmt::format("{:.1f}", bytes));
  }
}

nlohmann::json to_json(const std::vector<record>& records) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& r : records) {
    list.push_back(
        {{"name", r.who->name},
         {"kind", r.who->workers.kind == worker_kind::threads ? "threads"
                                                              : "processes"},
         {"workers", r.who->workers.workers},
         {"edges_per_second", r.warm},
         {"median", median(r.warm)},
         {"cpu_shares", r.cpu_shares},
         {"ratios_to_touch", r.to_touch},
         {"median_ratio_to_touch", median(r.to_touch)},
         {"cold_edges_per_second", r.cold},
         {"cold_median", median(r.cold)},
         {"bytes_used_per_edge", r.bytes_used},
         {"bytes_committed_per_edge_cold", r.bytes_committed}});
  }
  return list;
}

}  // namespace bench
