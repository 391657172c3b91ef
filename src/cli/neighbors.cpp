// cli/neighbors.cpp: `telar neighbors`.
#include <fmt/format.h>

#include <memory>
#include <type_traits>

#include <telar/graph.hpp>

#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/output.hpp"
#include "cli/vertex_name.hpp"
#include "cli/weights.hpp"

namespace telar::cli {
namespace {

struct neighbors_arguments {
  std::string name;
  std::string vertex;
  bool incoming = false;
  bool weights = false;
  bool as_json = false;
};

void print_names(const graph& g, std::span<const vertex_id> vertices,
                 bool as_json) {
  json array = json::array();
  for (const vertex_id v : vertices) {
    if (as_json) {
      array.push_back(name_as_json(g, v));
    } else {
      fmt::print("{}\n", name_as_text(g, v));
    }
  }
  if (as_json) print_json(array);
}

template <typename Weight>
void print_weighted(const graph& g, vertex_id v,
                    const neighbors_arguments& given) {
  const auto edges =
      given.incoming ? g.in_half_edges<Weight>(v) : g.half_edges<Weight>(v);
  json array = json::array();
  for (std::size_t i = 0; i < edges.targets.size(); ++i) {
    const Weight weight = edges.payloads[i];
    if (given.as_json) {
      array.push_back(
          {{"vertex", name_as_json(g, edges.targets[i])}, {"weight", weight}});
    } else {
      fmt::print("{}\t{}\n", name_as_text(g, edges.targets[i]), weight);
    }
  }
  if (given.as_json) print_json(array);
}

exit_status run(const neighbors_arguments& given) {
  const graph g = graph::open(given.name);
  if (given.incoming && g.kind() != graph_kind::bidirectional) {
    throw failure(exit_status::usage,
                  g.name() + " is " + std::string(to_string(g.kind())) +
                      ": only bidirectional graphs know in-neighbours");
  }
  const vertex_id v = find_vertex(g, given.vertex);
  if (!given.weights) {
    print_names(g, given.incoming ? g.in_neighbors(v) : g.neighbors(v),
                given.as_json);
    return exit_status::ok;
  }
  visit_weight(g, [&](auto weight) {
    if constexpr (std::is_same_v<decltype(weight), unweighted>) {
      throw failure(exit_status::usage,
                    g.name() + ": its edges carry no weight");
    } else {
      print_weighted<decltype(weight)>(g, v, given);
    }
  });
  return exit_status::ok;
}

}  // namespace

command make_neighbors(CLI::App& telar) {
  CLI::App* app =
      telar.add_subcommand("neighbors", "Print the neighbours of a vertex");
  auto given = std::make_shared<neighbors_arguments>();
  declare_name(*app, given->name);
  app->add_option("KEY", given->vertex,
                  "The vertex: its key, or its number in a graph without keys")
      ->required()
      ->option_text(" ");
  app->add_flag("--in", given->incoming,
                "The sources of in-edges (bidirectional graphs)");
  app->add_flag("--weights", given->weights,
                "Weights too: after a tab, or as objects");
  app->add_flag("--json", given->as_json, "Print one JSON array");
  app->footer(
      "One a line, in the order of insertion; in a directed graph the targets\n"
      "of its edges.  A vertex that is not there is exit code 3.\n"
      "\n"
      "Example:\n"
      "  telar neighbors roads Lima --json");
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
