// cli/doctor.cpp: `telar doctor`.
#include <fmt/format.h>

#include <memory>

#include <telar/graph.hpp>

#include "cli/command.hpp"
#include "cli/graph_flags.hpp"
#include "cli/output.hpp"

namespace telar::cli {
namespace {

struct doctor_arguments {
  std::string name;
  bool as_json = false;
};

void print_text(const doctor_arguments& given, const check_report& report) {
  fmt::print("{}: {} vertices, {} edges\n", given.name, report.vertices,
             report.edges);
  if (report.recovered) {
    fmt::print("repaired what {} killed {} left\n", report.recovered,
               report.recovered == 1 ? "thread" : "threads");
  }
  for (const std::string& problem : report.problems) {
    fmt::print("problem: {}\n", problem);
  }
  if (report.ok()) fmt::print("sound: every invariant holds\n");
}

void print_json(const doctor_arguments& given, const check_report& report,
                const std::vector<participant_info>& attached) {
  json pids = json::array();
  for (const participant_info& p : attached) pids.push_back(p.pid);
  cli::print_json({{"name", given.name},
                   {"ok", report.ok()},
                   {"problems", report.problems},
                   {"recovered", report.recovered},
                   {"vertices", report.vertices},
                   {"edges", report.edges},
                   {"attached", std::move(pids)}});
}

exit_status run(const doctor_arguments& given) {
  const graph g = graph::open(given.name);
  const auto attached = live_others(g.info());
  if (!attached.empty()) {
    complain(fmt::format(
        "{}: {}; changes under way look like damage, so that problems count "
        "only when the graph is quiet",
        given.name, attached_text(attached)));
  }
  const std::uint64_t recovered = g.recover();
  check_report report = g.check();
  report.recovered += recovered;
  if (given.as_json) {
    print_json(given, report, attached);
  } else {
    print_text(given, report);
  }
  return report.ok() ? exit_status::ok : exit_status::corrupt;
}

}  // namespace

command make_doctor(CLI::App& telar) {
  CLI::App* app = telar.add_subcommand(
      "doctor",
      "Repair what killed processes left, and verify the whole graph");
  auto given = std::make_shared<doctor_arguments>();
  declare_name(*app, given->name);
  app->add_flag("--json", given->as_json, "Print one JSON object");
  app->footer(
      "Every invariant of the layout is tested; what is broken is said in\n"
      "words, and the exit code is then 6.  Wants the graph quiet: if other\n"
      "live processes are attached it says so, and what they are in the "
      "middle\n"
      "of may be reported as damage.\n"
      "\n"
      "Example:\n"
      "  telar doctor roads && echo sound");
  return {app, [given] { return run(*given); }};
}

}  // namespace telar::cli
