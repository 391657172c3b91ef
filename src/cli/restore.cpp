// cli/restore.cpp: `telar restore` and `telar clone`.
#include <functional>
#include <memory>

#include <telar/checkpoint.hpp>
#include <telar/graph.hpp>

#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/progress.hpp"

namespace telar::cli {
namespace {

struct copy_arguments {
  std::string from;
  std::string name;
  graph_flags flags;
  bool as_json = false;
};

/// `copy(where, how)` makes the new graph.
template <typename Copy>
exit_status make(const copy_arguments& given, Copy&& copy) {
  clone_options how = given.flags.copy_options();
  progress bar;
  how.progress = [&](std::uint64_t done, std::uint64_t of) {
    bar.show(given.name, done, of);
  };
  const graph made = copy(location(given.name), how);
  if (given.as_json) {
    graph_info info = made.info();
    without_self(info);
    print_json(to_json(info));
  }
  return exit_status::ok;
}

exit_status restore(const copy_arguments& given) {
  return make(given, [&](const location& where, const clone_options& how) {
    return checkpoint::open(given.from).restore(where, how);
  });
}

exit_status clone(const copy_arguments& given) {
  return make(given, [&](const location& where, const clone_options& how) {
    const graph g = graph::open(given.from);
    warn_of_columns(g, "a program copies them by frame::clone");
    return g.clone(where, how);
  });
}

command declare(CLI::App& telar, const char* name, const char* help,
                const char* from, const char* from_help, const char* footer,
                exit_status (*run)(const copy_arguments&)) {
  CLI::App* app = telar.add_subcommand(name, help);
  auto given = std::make_shared<copy_arguments>();
  app->add_option(from, given->from, from_help)->required()->option_text(" ");
  app->add_option("NEW", given->name,
                  "The new graph: a name, or a path with a /")
      ->required()
      ->option_text(" ");
  given->flags.declare_for_copy(*app);
  app->add_flag("--json", given->as_json, "Describe the graph, as info --json");
  app->footer(footer);
  return {app, [given, run] { return run(*given); }};
}

}  // namespace

command make_restore(CLI::App& telar) {
  return declare(
      telar, "restore", "Make a live graph of a checkpoint", "FILE",
      "The checkpoint's path",
      "The checkpoint is verified first, and a damaged one refused, with exit\n"
      "code 6.  The graph has the same vertices, keys, edges and weights, in\n"
      "the same order.  It gets its name when it is complete; if there is a\n"
      "graph of that name already, that is exit code 4.\n"
      "\n"
      "Example: from one machine to another\n"
      "  telar checkpoint roads roads.checkpoint\n"
      "  scp roads.checkpoint other: && ssh other telar restore "
      "roads.checkpoint roads",
      restore);
}

command make_clone(CLI::App& telar) {
  return declare(
      telar, "clone", "Copy a graph as it is now into a new one", "NAME",
      "The graph: a name, or a path with a /",
      "Nobody has to wait.  The copy has the same vertices, keys, edges and\n"
      "weights, in the same order, and a life of its own; tables' columns are\n"
      "not copied.  If there is a graph of the new name already, that is exit\n"
      "code 4.\n"
      "\n"
      "Example: a graph to try something out\n"
      "  telar clone roads trial",
      clone);
}

}  // namespace telar::cli
