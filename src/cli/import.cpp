// cli/import.cpp: `telar import`.
#include <fmt/format.h>

#include <chrono>
#include <map>
#include <memory>

#include <telar/graph.hpp>

#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/importer.hpp"
#include "cli/output.hpp"

namespace telar::cli {
namespace {

struct import_arguments {
  std::string name;
  std::vector<std::string> files;
  std::string vertices;
  std::string separator = "auto";
  std::string backend = "threads";
  graph_flags flags;
  import_plan plan;
  double wait = 10;
  bool as_json = false;
};

struct import_result {
  std::uint64_t vertices_before = 0;
  std::uint64_t vertices = 0;
  std::uint64_t edges = 0;
  std::uint64_t edges_read = 0;
  std::uint64_t edges_added = 0;
  std::uint64_t skipped = 0;
  double seconds = 0;

  [[nodiscard]] double rate() const {
    return seconds > 0 ? static_cast<double>(edges_read) / seconds : 0;
  }
};

import_plan plan_of(const import_arguments& given) {
  static const std::map<std::string, separator> separators{
      {"any", separator::any},
      {"blank", separator::blank},
      {"comma", separator::comma},
      {"tab", separator::tab}};
  import_plan plan = given.plan;
  if (const auto found = separators.find(given.separator);
      found != separators.end()) {
    plan.between = found->second;
  }
  if (given.backend == "processes") plan.how = backend::processes;
  return plan;
}

/// Opens the graph, or makes it where there is none.
graph open_or_make(const import_arguments& given) {
  const graph_options options = given.flags.options();
  open_options expected = given.flags.expected();
  expected.wait = wait_for(given.wait);
  try {
    return graph::open(given.name, expected);
  } catch (const error& e) {
    if (e.code() != errc::not_found) throw;
  }
  try {
    graph made = graph::create(given.name, options);
    made.set_wait(expected.wait);
    return made;
  } catch (const error& e) {
    // Someone else was faster.
    if (e.code() != errc::exists) throw;
    return graph::open(given.name, expected);
  }
}

void require_texts(const import_arguments& given) {
  if (given.files.empty() && given.vertices.empty()) {
    throw failure(exit_status::usage, "nothing to import: name a FILE, or -");
  }
  const auto stdins =
      std::ranges::count(given.files, "-") + (given.vertices == "-");
  if (stdins > 1) {
    throw failure(exit_status::usage, "standard input can be read only once");
  }
}

import_result import_all(const import_arguments& given) {
  require_texts(given);
  // Files are opened first: a mistyped one must not leave an empty graph.
  std::unique_ptr<text_source> keys;
  std::vector<std::unique_ptr<text_source>> edges;
  if (!given.vertices.empty()) {
    keys = std::make_unique<text_source>(given.vertices);
  }
  for (const std::string& file : given.files) {
    edges.push_back(std::make_unique<text_source>(file));
  }
  const auto start = std::chrono::steady_clock::now();
  graph g = open_or_make(given);
  import_result result{.vertices_before = g.vertex_count()};
  importer work(g, plan_of(given));
  if (keys) work.run(*keys, true);
  for (const auto& text : edges) work.run(*text, false);
  const std::chrono::duration<double> time =
      std::chrono::steady_clock::now() - start;
  result.vertices = g.vertex_count();
  result.edges = g.edge_count();
  result.edges_read = work.edges_read();
  result.edges_added = work.edges_added();
  result.skipped = work.skipped();
  result.seconds = time.count();
  if (result.skipped) {
    complain(fmt::format("{} malformed {} skipped; the first is {}",
                         result.skipped, result.skipped == 1 ? "line" : "lines",
                         work.first_skipped()));
  }
  return result;
}

void print_text(const import_result& r) {
  fmt::print("vertices  {} ({} new)\n", r.vertices,
             r.vertices - r.vertices_before);
  fmt::print("edges     {} ({} read, {} new)\n", r.edges, r.edges_read,
             r.edges_added);
  fmt::print("skipped   {}\n", r.skipped);
  fmt::print("time      {:.3f} s, {:.0f} edges/s\n", r.seconds, r.rate());
}

void print_as_json(const import_arguments& given, const import_result& r) {
  print_json({{"name", given.name},
              {"vertices", r.vertices},
              {"vertices_added", r.vertices - r.vertices_before},
              {"edges", r.edges},
              {"edges_read", r.edges_read},
              {"edges_added", r.edges_added},
              {"skipped", r.skipped},
              {"seconds", r.seconds},
              {"edges_per_second", r.rate()},
              {"workers", given.plan.workers},
              {"backend", given.backend}});
}

exit_status run(const import_arguments& given) {
  const import_result result = import_all(given);
  if (given.as_json) {
    print_as_json(given, result);
  } else {
    print_text(result);
  }
  return exit_status::ok;
}

void declare_reading(CLI::App& app, import_arguments& given) {
  app.add_option("FILE", given.files, "Edge lists; - is standard input")
      ->option_text("...");
  app.add_option("--vertices", given.vertices,
                 "Keys, one a line, added before all edges: isolated vertices "
                 "too")
      ->option_text("FILE");
  app.add_option("--separator", given.separator, "What is between fields")
      ->check(CLI::IsMember({"auto", "any", "blank", "comma", "tab"}))
      ->option_text("auto|any|blank|comma|tab [auto]");
  app.add_flag("--header", given.plan.header,
               "The first line of each file names columns");
  app.add_flag("--ignore-extra", given.plan.ignore_extra,
               "Pass over fields after those that are used");
  app.add_flag("--skip-bad", given.plan.skip_bad,
               "Count malformed lines and go on");
  app.add_option("--workers", given.plan.workers, "How many work at once")
      ->check(CLI::Range(1, 256))
      ->option_text("N [1]");
  app.add_option("--backend", given.backend, "What the workers are")
      ->check(CLI::IsMember({"threads", "processes"}))
      ->option_text("threads|processes [threads]");
}

constexpr const char* footer =
    "Each line is an edge: two vertices and, in a graph with weights, a "
    "weight\n"
    "(1 if it is left out).  Lines that are empty or begin with # or % are\n"
    "comments.  Vertices are keys, which are added if they are new; without\n"
    "keys they are the numbers of vertices, up to the highest of which the\n"
    "graph is filled.  A graph that exists keeps its kind, keys and weights;\n"
    "one that does not is made.\n"
    "\n"
    "Fields are separated by runs of blanks, tabs and commas (any); in files\n"
    "called .csv by single commas, in .tsv by single tabs, and there they may\n"
    "be \"quoted\".  The first line of a .csv is a header if vertices are\n"
    "numbers and it begins with none; otherwise say --header.\n"
    "\n"
    "A malformed line is named (file:line) and ends the import with code 1; "
    "all\n"
    "lines before it are imported.  One worker keeps the order of the file;\n"
    "several cut it into slices.\n"
    "\n"
    "Examples:\n"
    "  telar import votes wiki-Vote.txt --kind directed\n"
    "  telar import roads roads.csv --weight f64 --keys string --header\n"
    "  zcat edges.gz | telar import big - --workers 4 --backend processes";

}  // namespace

command make_import(CLI::App& telar) {
  CLI::App* app =
      telar.add_subcommand("import", "Read edge lists into a graph");
  auto given = std::make_shared<import_arguments>();
  declare_name(*app, given->name);
  declare_reading(*app, *given);
  declare_wait(*app, given->wait);
  app->add_flag("--json", given->as_json, "Print one JSON object");
  given->flags.declare(*app, key_kind::u64);
  app->footer(footer);
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
