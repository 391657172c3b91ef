// cli/checkpoint.cpp: `telar checkpoint`.
#include <memory>

#include <telar/checkpoint.hpp>
#include <telar/graph.hpp>

#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/progress.hpp"

namespace telar::cli {
namespace {

struct checkpoint_arguments {
  std::string name;
  std::string file;
  graph_flags flags;
  bool as_json = false;
};

exit_status run(const checkpoint_arguments& given) {
  const graph g = graph::open(given.name);
  warn_of_columns(g, "a program saves them by write_csv");
  progress bar;
  g.checkpoint(given.file,
               {.mode = given.flags.mode(),
                .progress = [&](std::uint64_t done, std::uint64_t of) {
                  bar.show(given.file, done, of);
                }});
  if (given.as_json) print_json(to_json(checkpoint::open(given.file)));
  return exit_status::ok;
}

}  // namespace

command make_checkpoint(CLI::App& telar) {
  CLI::App* app = telar.add_subcommand(
      "checkpoint", "Write a graph as it is now into a file, to be kept");
  auto given = std::make_shared<checkpoint_arguments>();
  declare_name(*app, given->name);
  app->add_option("FILE", given->file, "The checkpoint's path")
      ->required()
      ->option_text(" ");
  given->flags.declare_mode(*app);
  app->add_flag("--json", given->as_json,
                "Describe the checkpoint, as info --json");
  app->footer(
      "Nobody has to wait: the file is the graph as it was at one moment.  It\n"
      "replaces an older checkpoint of that name when it is complete and safe\n"
      "on the disk; any other file it does not replace (exit code 4).  "
      "Whatever\n"
      "happens on the way, the older one stays whole.  A checkpoint can be\n"
      "copied to other machines; the file of a live graph cannot.  Tables'\n"
      "columns are not in it.\n"
      "\n"
      "Example:\n"
      "  telar checkpoint roads roads.checkpoint\n"
      "  telar restore roads.checkpoint roads2");
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
