// cli/info.cpp: `telar info`.
#include <fmt/format.h>

#include <memory>

#include <telar/graph.hpp>

#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/output.hpp"

namespace telar::cli {
namespace {

struct info_arguments {
  std::string name;
  bool as_json = false;
};

void print_participants(const graph_info& info) {
  if (info.participants.empty()) {
    fmt::print("attached    nobody\n");
    return;
  }
  fmt::print("attached\n  {:>8}  {:<16} {:<5} {:>12} {:>12} {:>8} {:>8}\n",
             "pid", "command", "alive", "operations", "edges", "waits",
             "repairs");
  for (const participant_info& p : info.participants) {
    fmt::print("  {:>8}  {:<16} {:<5} {:>12} {:>12} {:>8} {:>8}\n", p.pid,
               p.command, p.alive ? "yes" : "no", p.operations, p.edges,
               p.waits, p.repairs);
  }
}

void print_text(const graph_info& info) {
  fmt::print("name        {} ({})\n", info.name, to_string(info.placement));
  fmt::print("kind        {}, parallel edges {}\n", to_string(info.kind),
             info.parallel == parallel_edges::allow ? "allowed" : "forbidden");
  fmt::print("keys        {}\n", to_string(info.keys));
  fmt::print("weight      {}\n", info.payload.name);
  fmt::print("vertices    {}\n", info.vertices);
  fmt::print("edges       {}\n", info.edges);
  fmt::print("memory      {} used of {} committed; it can grow to {}\n",
             size_text(info.bytes_used), size_text(info.bytes_committed),
             size_text(info.bytes_limit));
  fmt::print("reserve     {}\n", size_text(info.bytes_reserved));
  fmt::print("created     {} ago by process {}\n", age_text(info.created),
             info.creator_pid);
  fmt::print("uuid        {}\n", info.uuid);
  if (info.changes != 0) {
    fmt::print("changes     {} so far; the last {} are remembered\n",
               info.last_change, info.changes);
  }
  print_participants(info);
}

exit_status run(const info_arguments& given) {
  if (const auto path = path_of_checkpoint(given.name)) {
    const auto saved = checkpoint::open(*path);
    if (given.as_json) {
      print_json(to_json(saved));
    } else {
      cli::print_text(saved);
    }
    return exit_status::ok;
  }
  graph_info info = graph::open(given.name).info();
  without_self(info);
  if (given.as_json) {
    print_json(to_json(info));
  } else {
    print_text(info);
  }
  return exit_status::ok;
}

}  // namespace

command make_info(CLI::App& telar) {
  CLI::App* app =
      telar.add_subcommand("info", "Say what a graph, or a checkpoint, is");
  auto given = std::make_shared<info_arguments>();
  declare_name(*app, given->name);
  app->add_flag("--json", given->as_json, "Print one JSON object");
  app->footer(
      "Attached is every thread that has read or changed the graph and still\n"
      "has it open, this command aside.  One that is not alive was killed; "
      "the\n"
      "next to meet what it left repairs it, or `telar doctor` does.\n"
      "A checkpoint's header is shown; `telar doctor` reads all of it.\n"
      "\n"
      "Example: how many edges\n"
      "  telar info roads --json | jq .edges");
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
