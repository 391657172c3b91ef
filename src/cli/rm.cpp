// cli/rm.cpp: `telar rm`.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include <telar/graph.hpp>

#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/output.hpp"
#include "segment/backing.hpp"

namespace telar::cli {
namespace {

struct rm_arguments {
  std::string name;
  bool force = false;
};

/// Throws if the graph is in use, or cannot be looked at.
void require_unused(const rm_arguments& given) {
  const auto attached = live_others(graph::open(given.name).info());
  if (attached.empty()) return;
  throw failure(exit_status::busy,
                fmt::format("{} is in use: {}.  Wait for them, or use --force: "
                            "they then go on with a graph without a name",
                            given.name, attached_text(attached)));
}

/// Whether what cannot be opened may go all the same.  A file that is no graph
/// may be anything, and precious.
bool may_go_unseen(const rm_arguments& given, const error& problem) {
  const bool file = location(given.name).placement() == placement::file;
  return given.force && problem.code() != errc::not_found &&
         !(file && problem.code() == errc::corrupt);
}

exit_status run(const rm_arguments& given) {
  try {
    if (given.force) {
      (void)graph::open(given.name);
    } else {
      require_unused(given);
    }
  } catch (const error& problem) {
    if (!may_go_unseen(given, problem)) throw;
  }
  if (graph::remove(given.name)) return exit_status::ok;
  if (std::filesystem::exists(detail::path_of(given.name))) {
    throw failure(exit_status::failure,
                  given.name + ": no permission to remove it");
  }
  throw failure(exit_status::not_found, "there is no graph " + given.name);
}

}  // namespace

command make_rm(CLI::App& telar) {
  CLI::App* app = telar.add_subcommand("rm", "Remove a graph");
  auto given = std::make_shared<rm_arguments>();
  declare_name(*app, given->name);
  app->add_flag("--force", given->force,
                "Even if it is in use, or a segment too damaged to open");
  app->footer(
      "Refuses, with exit code 5, while another live process is attached.\n"
      "With --force the name goes at once; who has the graph open goes on "
      "with\n"
      "it, and its memory is given back when the last of them closes it.\n"
      "\n"
      "Example:\n"
      "  telar rm roads");
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
