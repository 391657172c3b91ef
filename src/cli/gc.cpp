// cli/gc.cpp: `telar gc`.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include <telar/doctor.hpp>

#include "cli/command.hpp"
#include "cli/output.hpp"

namespace telar::cli {
namespace {

using state = leftover::state;

struct gc_arguments {
  std::vector<std::string> names;
  bool remove = false;
  bool idle = false;
  bool as_json = false;
};

const char* word_of(state is) {
  switch (is) {
    case state::in_use:
      return "in use";
    case state::killed:
      return "killed";
    case state::idle:
      return "idle";
    case state::none:
      break;
  }
  return "no graph";
}

/// A graph, and whether it was removed.
struct entry {
  leftover found;
  bool removed = false;
};

void print_text(const std::vector<entry>& all, bool remove) {
  if (all.empty()) complain("there are no graphs in shared memory");
  std::size_t width = 4;
  for (const entry& e : all) width = std::max(width, e.found.name.size());
  for (const entry& e : all) {
    fmt::print(
        "{:<{}} {:<8} {:>10}{}{}\n", e.found.name, width, word_of(e.found.is),
        size_text(e.found.bytes),
        e.found.killed.empty()
            ? ""
            : fmt::format("  killed: {}", fmt::join(e.found.killed, ",")),
        e.removed ? "  removed" : "");
  }
  const auto killed = std::ranges::count_if(
      all, [](const entry& e) { return e.found.is == state::killed; });
  if (!remove && killed != 0) {
    complain(fmt::format("{} left by killed processes: --remove removes {}",
                         killed == 1 ? "1 was" : fmt::format("{} were", killed),
                         killed == 1 ? "it" : "them"));
  }
}

json list(const std::vector<entry>& all) {
  json array = json::array();
  for (const entry& e : all) {
    array.push_back({{"name", e.found.name},
                     {"state", word_of(e.found.is)},
                     {"bytes", e.found.bytes},
                     {"killed", e.found.killed},
                     {"removed", e.removed}});
  }
  return array;
}

exit_status run(const gc_arguments& given) {
  std::vector<entry> all;
  for (leftover& one : leftovers()) {
    if (!given.names.empty() &&
        std::ranges::find(given.names, one.name) == given.names.end()) {
      continue;
    }
    const bool goes =
        one.is == state::killed || (given.idle && one.is == state::idle);
    entry e{.found = std::move(one)};
    e.removed =
        given.remove && goes && remove_leftover(e.found.name, e.found.is);
    all.push_back(std::move(e));
  }
  if (given.as_json) {
    print_json(list(all));
  } else {
    print_text(all, given.remove);
  }
  return exit_status::ok;
}

}  // namespace

command make_gc(CLI::App& telar) {
  CLI::App* app = telar.add_subcommand(
      "gc", "List, or remove, shared graphs that nobody uses any more");
  auto given = std::make_shared<gc_arguments>();
  app->add_option("NAME", given->names, "Only these graphs")
      ->option_text("...");
  app->add_flag("--remove", given->remove,
                "Remove those that killed processes left");
  app->add_flag("--idle", given->idle,
                "With --remove: those that were closed in good order, too");
  app->add_flag("--json", given->as_json, "Print an array of what was found");
  app->footer(
      "Each graph in shared memory is\n"
      "  in use    some process has it open, or is stopped while it has\n"
      "  killed    nobody has it open, and of its last users some were killed\n"
      "  idle      nobody has it open; who used it closed it: it may be "
      "wanted\n"
      "  no graph  another thing under such a name, or not ours to look at\n"
      "Without --remove nothing is changed, and in any case no graph is "
      "opened:\n"
      "what killed processes left is not repaired by being listed.  A graph\n"
      "that is removed cannot be opened by anybody meanwhile.  Graphs in "
      "files\n"
      "are never touched.\n"
      "\n"
      "Example: what a crashed job has left\n"
      "  telar gc --remove");
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
