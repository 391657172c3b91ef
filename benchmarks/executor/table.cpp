// benchmarks/executor/table.cpp: rounds, medians, ratios and Markdown.
#include "table.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "support/runner.hpp"

namespace bench {
namespace {

const row* find(const table& in, const std::string& name) {
  const auto found = std::ranges::find(in.rows, name, &row::name);
  return found == in.rows.end() || found->values.empty() ? nullptr : &*found;
}

/// The median, over rounds, of a row's value divided by that of another.
double ratio(const row& a, const row& b) {
  std::vector<double> all;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    all.push_back(a.values[i] / b.values[i]);
  }
  return median(all);
}

/// Three digits that say something; two of what is small.
std::string number(double x) {
  const double size = std::abs(x);
  if (size < 0.1) return fmt::format("{:.2g}", x);
  const int decimals = size >= 99.95   ? 0
                       : size >= 9.995 ? 1
                       : size >= 1     ? 2
                                       : 3;
  return fmt::format("{:.{}f}", x, decimals);
}

struct verdict {
  std::string what;
  double found = 0;
  bool reached = false;
};

verdict judge(const table& in, const row& r, const goal& g) {
  const bool ratio_goal = g.what == goal::of::ratio_to_peer;
  const row* const peer = ratio_goal ? find(in, r.peer) : nullptr;
  if (ratio_goal && peer == nullptr) return {};
  const double found =
      ratio_goal ? ratio(r, *peer) : median(r.values) * in.scale;
  const bool most = g.bound == goal::side::most;
  return {fmt::format("{} {:g} {}", most ? "≤" : "≥", g.limit,
                      ratio_goal ? "× " + r.peer : in.unit),
          found, most ? found <= g.limit : found >= g.limit};
}

std::string goal_cell(const table& in, const row& r) {
  std::string text;
  for (const goal& g : r.goals) {
    const verdict v = judge(in, r, g);
    if (v.what.empty()) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", v.what,
                        v.reached ? "met" : "missed");
  }
  return text;
}

/// The columns that this table has.
struct columns {
  bool plain = false;
  bool goals = false;

  explicit columns(const table& of) : plain(find(of, plain_name) != nullptr) {
    for (const row& r : of.rows) goals = goals || !r.goals.empty();
  }
};

std::vector<std::string> heading(const table& of, columns with) {
  std::vector<std::string> cells{"", of.unit, "min – max"};
  if (!of.second_title.empty()) cells.push_back(of.second_title);
  if (of.tasks > 0) cells.emplace_back("million tasks/s");
  if (with.plain) cells.emplace_back("× plain loop");
  if (!of.peer_title.empty()) cells.push_back("× " + of.peer_title);
  if (with.goals) cells.emplace_back("goal");
  return cells;
}

std::vector<std::string> cells_of(const table& in, const row& r, columns with) {
  const double middle = median(r.values);
  const auto [least, most] = std::ranges::minmax(r.values);
  std::vector<std::string> cells{
      r.name, number(middle * in.scale),
      number(least * in.scale) + " – " + number(most * in.scale)};
  if (!in.second_title.empty()) {
    const double second = median(r.seconds) * in.scale;
    cells.push_back(second == 0 ? "" : number(second));
  }
  if (in.tasks > 0) cells.push_back(number(in.tasks / middle / 1e6));
  if (with.plain) cells.push_back(number(ratio(r, *find(in, plain_name))));
  if (!in.peer_title.empty()) {
    const row* const peer = find(in, r.peer);
    cells.push_back(peer == nullptr ? "" : number(ratio(r, *peer)));
  }
  if (with.goals) cells.push_back(goal_cell(in, r));
  return cells;
}

void print_line(const std::vector<std::string>& cells) {
  fmt::print("| {} |\n", fmt::join(cells, " | "));
}

/// Says whether a plain loop would have done.
void print_plain(const table& in) {
  const row* const plain = find(in, plain_name);
  if (plain == nullptr) return;
  const double sign = in.more_is_better ? -1 : 1;
  const row* best = nullptr;
  for (const row& r : in.rows) {
    if (&r == plain || r.values.empty()) continue;
    if (!best || sign * median(r.values) < sign * median(best->values)) {
      best = &r;
    }
  }
  if (best == nullptr) return;
  const double to_plain = ratio(*best, *plain);
  const double factor = in.more_is_better ? to_plain : 1 / to_plain;
  if (factor < 1) {
    fmt::print("\nThe plain loop wins here: {} times as fast as {}.\n",
               number(1 / factor), best->name);
  } else {
    fmt::print("\nFastest: {}, {} times as fast as the plain loop.\n",
               best->name, number(factor));
  }
}

void show_progress(const std::string& what) {
  if (::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\033[2K\r{}", what);
}

void measure_once(const table& in, row& r) try {
  if (!r.missing.empty()) return;
  const measured found = r.measure();
  r.values.push_back(found.value);
  r.seconds.push_back(found.second);
} catch (const not_here& why) {
  r.missing = why.what();
} catch (const std::runtime_error& failure) {
  throw std::runtime_error(in.key + ", " + r.name + ": " + failure.what());
}

}  // namespace

void measure_all(std::vector<table>& tables, unsigned rounds) {
  for (unsigned round = 0; round < rounds; ++round) {
    for (table& t : tables) {
      for (row& r : t.rows) {
        show_progress(fmt::format("round {} of {}: {}, {}", round + 1, rounds,
                                  t.key, r.name));
        measure_once(t, r);
      }
    }
  }
  show_progress("");
}

void print(const table& what) {
  const columns with(what);
  auto cells = heading(what, with);
  fmt::print("\n**{}**\n\n", what.title);
  print_line(cells);
  fmt::print("|{}\n", [&] {
    std::string rule;
    for (std::size_t i = 0; i < cells.size(); ++i) rule += "---|";
    return rule;
  }());
  for (const row& r : what.rows) {
    if (r.values.empty()) {
      std::vector<std::string> empty(cells.size());
      empty[0] = r.name;
      empty[1] = r.missing;
      print_line(empty);
    } else {
      print_line(cells_of(what, r, with));
    }
  }
  print_plain(what);
}

nlohmann::json to_json(const table& what) {
  nlohmann::json rows = nlohmann::json::array();
  for (const row& r : what.rows) {
    nlohmann::json entry{{"name", r.name}, {"values", r.values}};
    if (!r.missing.empty()) entry["missing"] = r.missing;
    if (!r.values.empty()) {
      entry["median"] = median(r.values);
      if (!what.second_title.empty())
        entry["second_median"] = median(r.seconds);
      if (const row* plain = find(what, plain_name)) {
        entry["ratio_to_plain_loop"] = ratio(r, *plain);
      }
      if (const row* peer = find(what, r.peer)) {
        entry["ratio_to_peer"] = ratio(r, *peer);
        entry["peer"] = r.peer;
      }
    }
    rows.push_back(std::move(entry));
  }
  return {{"key", what.key},     {"title", what.title},
          {"unit", what.unit},   {"scale", what.scale},
          {"tasks", what.tasks}, {"second", what.second_title},
          {"rows", rows}};
}

nlohmann::json goals_of(const std::vector<table>& tables) {
  nlohmann::json list = nlohmann::json::array();
  for (const table& t : tables) {
    for (const row& r : t.rows) {
      for (const goal& g : r.goals) {
        const verdict v = judge(t, r, g);
        if (v.what.empty() || r.values.empty()) continue;
        const bool most = g.bound == goal::side::most;
        list.push_back({{"target", t.key + ", " + r.name + ", " + v.what},
                        {most ? "most" : "least", g.limit},
                        {"found", v.found},
                        {"reached", v.reached}});
      }
    }
  }
  return list;
}

}  // namespace bench
