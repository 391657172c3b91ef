// benchmarks/support/targets.cpp: ratios, so that the machine drops out.
#include "targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace bench {
namespace {

constexpr crew two_processes{worker_kind::processes, 2};

struct ratio_target {
  const char* name;
  crew workers;
  double least;
};

/// Telar's rate, as a part of random touch by the same crew.
constexpr ratio_target ratios[] = {
    {telar_span_name, thread_crews[0], 0.26},
    {telar_span_name, thread_crews[1], 0.26},
    {telar_span_name, two_processes, 0.20},
    {telar_name, thread_crews[0], 0.10},
    {telar_name, thread_crews[1], 0.10},
    {telar_name, two_processes, 0.10},
};
constexpr double least_to_textbook = 1.5;
constexpr double most_bytes = 18;

const record* find(const std::vector<record>& records, std::string_view name,
                   crew workers) {
  const auto found = std::ranges::find_if(records, [&](const record& r) {
    return r.who->name == name && r.who->workers == workers;
  });
  return found == records.end() ? nullptr : &*found;
}

nlohmann::json at_least(const std::string& what, double least, double found) {
  return {{"target", what},
          {"least", least},
          {"found", found},
          {"reached", found >= least}};
}

/// The median, over rounds, of the rate divided by the better of two others.
double ratio_to_better(const record& r, const record& a, const record& b) {
  std::vector<double> all;
  for (std::size_t i = 0; i < r.warm.size(); ++i) {
    all.push_back(r.warm[i] / std::max(a.warm[i], b.warm[i]));
  }
  return median(all);
}

}  // namespace

nlohmann::json targets(const std::vector<record>& records) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [name, workers, least] : ratios) {
    const record* r = find(records, name, workers);
    if (r == nullptr || r->to_touch.empty()) continue;
    list.push_back(
        at_least(r->who->label() + ", to touch", least, median(r->to_touch)));
  }
  const record* mine = find(records, telar_name, two_processes);
  const record* one = find(records, one_mutex_name, two_processes);
  const record* many = find(records, vertex_mutex_name, two_processes);
  if (mine != nullptr && one != nullptr && many != nullptr) {
    list.push_back(at_least(mine->who->label() + ", to the better textbook",
                            least_to_textbook,
                            ratio_to_better(*mine, *one, *many)));
  }
  double bytes = 0;
  for (const auto& r : records) {
    if (r.who->name.starts_with("telar")) bytes = std::max(bytes, r.bytes_used);
  }
  if (bytes != 0) {
    list.push_back({{"target", "telar, bytes an edge, the most of all runs"},
                    {"most", most_bytes},
                    {"found", bytes},
                    {"reached", bytes <= most_bytes}});
  }
  return list;
}

void print_targets(const nlohmann::json& targets) {
  for (const auto& t : targets) {
    const bool least = t.contains("least");
    fmt::print("{}: {:.3f}, {} {}: {}\n", t["target"].get<std::string>(),
               t["found"].get<double>(), least ? "at least" : "at most",
               t[least ? "least" : "most"].get<double>(),
               t["reached"].get<bool>() ? "reached" : "NOT reached");
  }
}

}  // namespace bench
