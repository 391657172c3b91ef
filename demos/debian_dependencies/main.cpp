// debian_dependencies: several processes weave one graph of a whole system.
//
//   $ debian_dependencies
//   apt-cache dumpavail: 50.2 MB
//
//   One shared graph, 4 processes:
//     process    6716:  16068 packages,  69575 edges,    583515 edges/s
//     process    6717:  15679 packages,  71833 edges,    541114 edges/s
//     process    6718:  16867 packages,  74450 edges,    612179 edges/s
//     process    6719:  15052 packages,  67303 edges,    505705 edges/s
//   68467 vertices, 283161 distinct dependencies in 0.14 s: 2073273 edges/s
//
//   Most distinct dependents:
//      21840  libc6
//       7462  libstdc++6
//       6356  python3
//      ...
//
//   Highest PageRank, by Boost.Graph in place, and how many packages
//   need it, directly or through others:
//      4934.4   48829  libc6
//      4502.0   48829  libgcc-s1
//      2013.3   48837  gcc-12-base
//      ...
//
//   A single process makes the same graph.
//
//   The same with an isolated graph: each process fills its own copy.
//     process    6720:  16068 packages,  69575 edges,    660036 edges/s
//     ...
//   The parent's graph has 0 edges.
//
// The package index of this machine is read by forked processes, each its slice
// of one memory file, into one shared graph: who depends on whom.  None of them
// opens anything: they use the handle that they inherit.  `packages.hpp` states
// the rule.  The graph is directed, and bidirectional so that in-edges can be
// followed.  The rates include parsing the text.  With `--watch` the processes
// take their time, and one sees them weave:
//
//   process 1 (pid 16137) [#####           ]  23060 edges  libcurl4-doc
//   process 2 (pid 16138) [######          ]  29586 edges  howm
//   process 3 (pid 16139) [#####           ]  22240 edges  muse
//   process 4 (pid 16140) [######          ]  23488 edges  librust-void-dev
//   the graph: 30959 vertices, 98374 edges
//   libc6's newest dependents: 14411211424422231213243212121122214411243124322222
//
// The last line is the cloth: who added each of libc6's newest in-edges.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "packages.hpp"
#include "report.hpp"
#include "weave.hpp"

namespace {

using nlohmann::json;

struct arguments {
  unsigned processes = 4;
  std::string file;
  bool watch = false;
  bool as_json = false;
};

struct results {
  demo::weaving shared;
  std::uint64_t vertices = 0;
  std::uint64_t edges = 0;
  std::vector<demo::ranked_package> dependents;
  std::vector<demo::ranked_package> ranked;
  bool same_as_one_process = false;
  demo::weaving isolated;
  std::uint64_t isolated_edges = 0;
};

/// The graph that a single process makes of the same index.
telar::graph by_one_process(const demo::package_index& index) {
  auto g = demo::make_graph(telar::isolated);
  demo::insert(g, index.text(), [](auto, auto) {});
  return g;
}

results run(const demo::package_index& index, const arguments& given) {
  results all;
  auto shared = demo::make_graph(telar::anonymous);
  all.shared = demo::weave(shared, index, given.processes, given.watch);
  all.vertices = shared.vertex_count();
  all.edges = shared.edge_count();
  if (const auto checked = shared.check(); !checked) {
    throw std::runtime_error("the graph is damaged: " + checked.problems[0]);
  }
  all.dependents = demo::most_depended_on(shared, 10);
  all.ranked = demo::highest_ranked(shared, 10);
  all.same_as_one_process = demo::same_by_key(shared, by_one_process(index));

  auto isolated = demo::make_graph(telar::isolated);
  all.isolated = demo::weave(isolated, index, given.processes, false);
  all.isolated_edges = isolated.edge_count();
  return all;
}

void print_weavers(const demo::weaving& done) {
  for (const auto& w : done.weavers) {
    fmt::print(
        "  process {:>7}: {:>6} packages, {:>6} edges, {:>9.0f} edges/s\n",
        w.pid, w.packages, w.edges, static_cast<double>(w.edges) / w.seconds);
  }
}

void print(const demo::package_index& index, const results& all) {
  fmt::print("{}: {:.1f} MB\n\nOne shared graph, {} processes:\n",
             index.source(), static_cast<double>(index.text().size()) / 1e6,
             all.shared.weavers.size());
  print_weavers(all.shared);
  fmt::print(
      "{} vertices, {} distinct dependencies in {:.2f} s: {:.0f} edges/s"
      "\n\nMost distinct dependents:\n",
      all.vertices, all.edges, all.shared.seconds,
      static_cast<double>(all.edges) / all.shared.seconds);
  for (const auto& p : all.dependents) {
    fmt::print("  {:6}  {}\n", p.dependents, p.name);
  }
  fmt::print(
      "\nHighest PageRank, by Boost.Graph in place, and how many packages"
      "\nneed it, directly or through others:\n");
  for (const auto& p : all.ranked) {
    fmt::print("  {:7.1f}  {:6}  {}\n", p.rank, p.needed_by, p.name);
  }
  fmt::print(
      "\nA single process makes {} graph.\n\n"
      "The same with an isolated graph: each process fills its own copy.\n",
      all.same_as_one_process ? "the same" : "ANOTHER");
  print_weavers(all.isolated);
  fmt::print("The parent's graph has {} edges.\n", all.isolated_edges);
}

json to_json(const demo::weaving& done) {
  json list = json::array();
  for (const auto& w : done.weavers) {
    list.push_back({{"pid", w.pid},
                    {"packages", w.packages},
                    {"edges", w.edges},
                    {"edges_seen", w.edges_seen},
                    {"seconds", w.seconds}});
  }
  return list;
}

json to_json(const std::vector<demo::ranked_package>& packages) {
  json list = json::array();
  for (const auto& p : packages) {
    list.push_back({{"name", p.name},
                    {"dependents", p.dependents},
                    {"needed_by", p.needed_by},
                    {"rank", p.rank}});
  }
  return list;
}

json to_json(const demo::package_index& index, const results& all) {
  return {
      {"source", index.source()},
      {"vertices", all.vertices},
      {"edges", all.edges},
      {"seconds", all.shared.seconds},
      {"edges_per_second", static_cast<double>(all.edges) / all.shared.seconds},
      {"processes", to_json(all.shared)},
      {"dependents", to_json(all.dependents)},
      {"page_rank", to_json(all.ranked)},
      {"same_as_one_process", all.same_as_one_process},
      {"isolated",
       {{"edges", all.isolated_edges}, {"processes", to_json(all.isolated)}}}};
}

}  // namespace

int main(int argc, char** argv) try {
  arguments given;
  CLI::App app("Several processes weave one graph of Debian's dependencies.");
  app.add_option("--processes", given.processes, "how many weave")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--file", given.file, "stanzas to read instead of apt's");
  app.add_flag("--watch", given.watch, "go slowly, and draw the progress");
  app.add_flag("--json", given.as_json, "print the figures as JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return app.exit(stop) == 0 ? 0 : 2;
  }

  const auto index = given.file.empty()
                         ? demo::package_index::of_this_machine()
                         : demo::package_index::of_file(given.file);
  const results all = run(index, given);
  if (given.as_json) {
    fmt::print("{}\n", to_json(index, all).dump(2));
  } else {
    print(index, all);
  }
  if (!all.same_as_one_process) throw std::runtime_error("an edge was lost");
  if (all.isolated_edges != 0) throw std::runtime_error("not isolated");
} catch (const std::exception& failure) {
  fmt::print(stderr, "debian_dependencies: {}\n", failure.what());
  return 1;
}
