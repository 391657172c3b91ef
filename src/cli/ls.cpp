// cli/ls.cpp: `telar ls`.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <telar/graph.hpp>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "segment/backing.hpp"

namespace telar::cli {
namespace {

/// A name in shared memory, and its graph or the reason why there is none.
struct entry {
  std::string name;
  graph_info info;
  std::string problem;
  errc code{};
};

std::vector<std::string> shared_names() {
  const std::filesystem::path pattern = detail::path_of(location("x"));
  std::string prefix = pattern.filename().string();
  prefix.pop_back();
  std::vector<std::string> names;
  for (const auto& file :
       std::filesystem::directory_iterator(pattern.parent_path())) {
    const std::string name = file.path().filename().string();
    if (name.starts_with(prefix)) names.push_back(name.substr(prefix.size()));
  }
  std::ranges::sort(names);
  return names;
}

std::vector<entry> look_at_all() {
  std::vector<entry> entries;
  for (const std::string& name : shared_names()) {
    entry e{.name = name, .info = {}, .problem = {}};
    try {
      e.info = graph::open(name).info();
      without_self(e.info);
    } catch (const error& problem) {
      // Removed since the folder was read: it is simply not there.
      if (problem.code() == errc::not_found) continue;
      e.problem = problem.what();
      e.code = problem.code();
    }
    entries.push_back(std::move(e));
  }
  return entries;
}

std::string pids_of(const graph_info& info) {
  std::vector<std::uint32_t> pids;
  for (const participant_info& p : live_others(info)) pids.push_back(p.pid);
  std::ranges::sort(pids);
  const auto repeated = std::ranges::unique(pids);
  pids.erase(repeated.begin(), repeated.end());
  return pids.empty() ? "-" : fmt::format("{}", fmt::join(pids, ","));
}

void print_table(const std::vector<entry>& entries) {
  if (entries.empty()) {
    complain("there are no graphs in shared memory");
    return;
  }
  std::size_t width = 4;
  for (const entry& e : entries) width = std::max(width, e.name.size());
  fmt::print("{:<{}} {:<13} {:>10} {:>12} {:>10} {:>10} {:>8} {:>7} {}\n",
             "NAME", width, "KIND", "VERTICES", "EDGES", "USED", "COMMITTED",
             "CREATOR", "AGE", "ATTACHED");
  for (const entry& e : entries) {
    if (!e.problem.empty()) {
      fmt::print("{:<{}} {}\n", e.name, width, e.problem);
      continue;
    }
    fmt::print("{:<{}} {:<13} {:>10} {:>12} {:>10} {:>10} {:>8} {:>7} {}\n",
               e.name, width, to_string(e.info.kind), e.info.vertices,
               e.info.edges, size_text(e.info.bytes_used),
               size_text(e.info.bytes_committed), e.info.creator_pid,
               age_text(e.info.created), pids_of(e.info));
  }
}

json list(const std::vector<entry>& entries) {
  json all = json::array();
  for (const entry& e : entries) {
    all.push_back(e.problem.empty() ? to_json(e.info)
                                    : json{{"name", e.name},
                                           {"error", to_string(e.code)},
                                           {"message", e.problem}});
  }
  return all;
}

}  // namespace

command make_ls(CLI::App& telar) {
  CLI::App* app =
      telar.add_subcommand("ls", "List the graphs in shared memory");
  auto as_json = std::make_shared<bool>(false);
  app->add_flag("--json", *as_json, "Print an array of what info --json says");
  app->footer(
      "CREATOR is the process that made the graph; ATTACHED are those that\n"
      "use it now.  A segment that cannot be opened is listed with the reason\n"
      "(with --json: as name, error, message).  Graphs in files are not "
      "listed.\n"
      "\n"
      "Example: the names of all graphs\n"
      "  telar ls --json | jq -r '.[].name'");
  return {app, [as_json] {
            const std::vector<entry> entries = look_at_all();
            if (*as_json) {
              print_json(list(entries));
            } else {
              print_table(entries);
            }
            return exit_status::ok;
          }};
}

}  // namespace telar::cli
