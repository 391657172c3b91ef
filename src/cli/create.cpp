// cli/create.cpp: `telar create`.
#include <memory>

#include <telar/graph.hpp>

#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/output.hpp"

namespace telar::cli {
namespace {

struct create_arguments {
  std::string name;
  graph_flags flags;
  bool use_if_present = false;
  bool as_json = false;
};

exit_status run(const create_arguments& given) {
  const graph_options options = given.flags.options();
  const graph g = given.use_if_present
                      ? graph::open_or_create(given.name, options)
                      : graph::create(given.name, options);
  if (given.as_json) print_json(to_json(g.info()));
  return exit_status::ok;
}

}  // namespace

command make_create(CLI::App& telar) {
  CLI::App* app = telar.add_subcommand("create", "Make an empty graph");
  auto given = std::make_shared<create_arguments>();
  declare_name(*app, given->name);
  given->flags.declare(*app, key_kind::none);
  app->add_flag("--use-if-present", given->use_if_present,
                "A graph of the same sort that exists already will do");
  app->add_flag("--json", given->as_json, "Describe the graph, as info --json");
  app->footer(
      "It takes 64 KiB at most and grows as it is filled.\n"
      "\n"
      "Example: a directed graph with float weights, named by strings\n"
      "  telar create roads --kind directed --weight f32 --keys string");
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
