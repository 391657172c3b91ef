// cli/doctor.cpp: `telar doctor`.
#include <fmt/format.h>

#include <memory>

#include <telar/checkpoint.hpp>
#include <telar/doctor.hpp>
#include <telar/graph.hpp>

#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"

namespace telar::cli {
namespace {

struct doctor_arguments {
  std::string name;
  std::string salvage;
  bool repair = false;
  bool as_json = false;
};

void print_text(const doctor_arguments& given, const diagnosis& found) {
  const check_report& report = found.report;
  fmt::print("{}: {} vertices, {} edges\n", given.name, report.vertices,
             report.edges);
  if (report.recovered) {
    fmt::print("repaired what {} killed {} left\n", report.recovered,
               report.recovered == 1 ? "thread" : "threads");
  }
  for (const std::string& done : found.repairs) {
    fmt::print("repaired: {}\n", done);
  }
  for (const std::string& problem : report.problems) {
    fmt::print("problem: {}\n", problem);
  }
  if (!report.ok()) {
    complain(given.repair
                 ? fmt::format("what is left, `telar doctor {} --salvage OUT` "
                               "leaves behind: it copies all whole edges",
                               given.name)
                 : fmt::format("try `telar doctor {} --repair`", given.name));
  } else if (found.complete) {
    fmt::print("sound: every invariant holds\n");
  } else {
    fmt::print("sound, as far as can be seen while others work\n");
  }
}

void print_json(const doctor_arguments& given, const diagnosis& found,
                const std::vector<participant_info>& attached) {
  json pids = json::array();
  for (const participant_info& p : attached) pids.push_back(p.pid);
  const check_report& report = found.report;
  cli::print_json({{"name", given.name},
                   {"ok", report.ok()},
                   {"complete", found.complete},
                   {"problems", report.problems},
                   {"repairs", found.repairs},
                   {"recovered", report.recovered},
                   {"vertices", report.vertices},
                   {"edges", report.edges},
                   {"attached", std::move(pids)}});
}

/// A checkpoint has no repairs: it is whole, or another one is needed.
exit_status read_checkpoint(const doctor_arguments& given,
                            const std::string& path) {
  if (given.repair) {
    throw failure(exit_status::usage,
                  given.name + " is a checkpoint: it cannot be repaired");
  }
  diagnosis found;
  found.complete = true;
  try {
    const auto saved = checkpoint::open(path);
    found.report.vertices = saved.vertex_count();
    found.report.edges = saved.edge_count();
    progress bar;
    saved.verify([&](std::uint64_t done, std::uint64_t of) {
      bar.show(given.name, done, of);
    });
  } catch (const error& damage) {
    if (damage.code() != errc::corrupt) throw;
    found.report.problems.emplace_back(damage.what());
  }
  if (given.as_json) {
    print_json(given, found, {});
  } else if (found.ok()) {
    print_text(given, found);
  } else {
    fmt::print("problem: {}\n", found.report.problems.front());
  }
  return found.ok() ? exit_status::ok : exit_status::corrupt;
}

exit_status look(const doctor_arguments& given) {
  if (const auto path = path_of_checkpoint(given.name)) {
    return read_checkpoint(given, *path);
  }
  const diagnosis found =
      given.repair ? repair(given.name) : examine(given.name);
  graph_info info;
  info.participants = found.attached;
  const auto attached = live_others(info);
  if (!attached.empty()) {
    complain(fmt::format("{}: {}; only what holds at every instant was checked",
                         given.name, attached_text(attached)));
  } else if (!found.complete && found.ok()) {
    complain(given.name +
             " is open elsewhere; only what holds at every instant was "
             "checked");
  }
  if (given.as_json) {
    print_json(given, found, attached);
  } else {
    print_text(given, found);
  }
  return found.ok() ? exit_status::ok : exit_status::corrupt;
}

exit_status save(const doctor_arguments& given) {
  const salvage_report saved = salvage(given.name, given.salvage);
  if (given.as_json) {
    cli::print_json({{"name", given.name},
                     {"into", given.salvage},
                     {"vertices", saved.vertices},
                     {"edges", saved.edges},
                     {"losses", saved.losses}});
  } else {
    fmt::print("{}: {} vertices, {} edges\n", given.salvage, saved.vertices,
               saved.edges);
    for (const std::string& loss : saved.losses) fmt::print("lost: {}\n", loss);
    if (saved.losses.empty()) fmt::print("whole: nothing is lost\n");
  }
  return saved.losses.empty() ? exit_status::ok : exit_status::corrupt;
}

constexpr const char* footer =
    "Repairs what killed processes left, as every opener does, and tests "
    "every\n"
    "invariant of the layout; what is broken is said in words, and the exit\n"
    "code is then 6.  If nobody else has the graph open, others wait until "
    "the\n"
    "check is done; if somebody has, only what holds at every instant is\n"
    "checked, and nobody waits.\n"
    "\n"
    "--repair needs the graph alone (else exit code 5).  It makes all locks\n"
    "anew and rebuilds what follows from the edges: counters, free memory,\n"
    "marks of holders.  Edges that are damaged themselves it leaves alone.\n"
    "--salvage reads the graph as if an enemy had written it, changes nothing\n"
    "in it, and makes a new one of all whole edges, with keys and payloads; "
    "it\n"
    "says what is lost, with exit code 6.\n"
    "Of a checkpoint all checksums and every entry are read.\n"
    "\n"
    "Example:\n"
    "  telar doctor roads && echo sound\n"
    "  telar doctor roads --repair || telar doctor roads --salvage roads2";

}  // namespace

command make_doctor(CLI::App& telar) {
  CLI::App* app = telar.add_subcommand(
      "doctor", "Verify a graph; repair it, or save what is left of it");
  auto given = std::make_shared<doctor_arguments>();
  declare_name(*app, given->name);
  auto* repair = app->add_flag("--repair", given->repair,
                               "Put right in place what can be");
  app->add_option("--salvage", given->salvage,
                  "Copy every whole edge into a new graph OUT")
      ->option_text("OUT")
      ->excludes(repair);
  app->add_flag("--json", given->as_json, "Print one JSON object");
  app->footer(footer);
  return {app, [given] {
            return given->salvage.empty() ? look(*given) : save(*given);
          }};
}

}  // namespace telar::cli
