// cli/add.cpp: `telar add`.
#include <fmt/format.h>

#include <memory>

#include <telar/graph.hpp>

#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/numbers.hpp"
#include "cli/output.hpp"
#include "cli/vertex_name.hpp"
#include "cli/weights.hpp"

namespace telar::cli {
namespace {

struct add_arguments {
  std::string name;
  std::string source;
  std::string target;
  std::string weight;
  double wait = 10;
  bool grow = false;
  bool as_json = false;
};

template <typename Weight>
insertion add(graph& g, const add_arguments& given) {
  // The weight is read first: a mistake in it must not leave new vertices.
  [[maybe_unused]] Weight weight{};
  if constexpr (std::is_same_v<Weight, unweighted>) {
    if (!given.weight.empty()) {
      throw failure(exit_status::usage,
                    g.name() + ": its edges carry no weight");
    }
  } else {
    const auto read =
        parse_weight<Weight>(given.weight.empty() ? "1" : given.weight);
    if (!read) {
      throw failure(exit_status::usage,
                    fmt::format("'{}' is no weight", given.weight));
    }
    weight = *read;
  }
  const vertex_id source = find_or_add_vertex(g, given.source, given.grow);
  const vertex_id target = find_or_add_vertex(g, given.target, given.grow);
  if constexpr (std::is_same_v<Weight, unweighted>) {
    return g.add_edge(source, target);
  } else {
    return g.add_edge(source, target, weight);
  }
}

exit_status run(const add_arguments& given) {
  open_options expected;
  expected.wait = wait_for(given.wait);
  graph g = graph::open(given.name, expected);
  const insertion result = visit_weight(
      g, [&](auto weight) { return add<decltype(weight)>(g, given); });
  if (given.as_json) {
    print_json({{"source", name_as_json(g, result.edge.source)},
                {"target", name_as_json(g, result.edge.target)},
                {"added", result.added}});
  } else {
    fmt::print("{}\n", result.added ? "added" : "present");
  }
  return exit_status::ok;
}

}  // namespace

command make_add(CLI::App& telar) {
  CLI::App* app = telar.add_subcommand("add", "Add an edge");
  auto given = std::make_shared<add_arguments>();
  declare_name(*app, given->name);
  app->add_option("U", given->source, "The first vertex, or the source")
      ->required()
      ->option_text(" ");
  app->add_option("V", given->target, "The second vertex, or the target")
      ->required()
      ->option_text(" ");
  app->add_option("WEIGHT", given->weight, "1 if it is left out")
      ->option_text(" ");
  app->add_flag("--grow", given->grow,
                "Without keys: add the vertices up to U and V");
  declare_wait(*app, given->wait);
  app->add_flag("--json", given->as_json, "Print one JSON object");
  app->footer(
      "U and V are keys, which are added if they are new, or the numbers of\n"
      "vertices in a graph without keys, which must exist unless --grow is\n"
      "given.  Prints `added`, or `present` where parallel edges are "
      "forbidden\n"
      "and this one is there.  What begins with - goes after --.\n"
      "\n"
      "Examples:\n"
      "  telar add roads Lima Cusco 1105\n"
      "  telar add changes a b -- -2.5");
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
