// tests/fuzz/imported.hpp: a text imported into a new graph, as `telar import`
// does it with one worker.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <telar/graph.hpp>

#include "cli/import_slice.hpp"
#include "cli/import_text.hpp"

namespace telar::fuzz {

/// How the first byte of an input has it read.
struct reading {
  key_kind keys;
  bool weights;
  bool skip_bad;
  bool ignore_extra;
  cli::separator between;
};

inline reading reading_of(std::uint8_t choice) {
  return {static_cast<key_kind>(choice % 3), (choice & 4) != 0,
          (choice & 8) != 0, (choice & 16) != 0,
          static_cast<cli::separator>(choice >> 5 & 3)};
}

/// Imports, and aborts unless the graph is sound and has what was counted.
inline void import_text(std::string_view text, const reading& how,
                        bool vertices_only) {
  graph_options options;
  options.keys = how.keys;
  options.reserve = 64u << 20;
  if (how.weights) options.payload = payload_type::of<double>();
  graph g = graph::create(isolated, options);
  const cli::line_rules rules{.between = how.between,
                              .vertices_only = vertices_only,
                              .ignore_extra = how.ignore_extra,
                              .skip_bad = how.skip_bad};
  cli::worker_tally tally;
  cli::import_notes notes;
  for (const std::string_view slice : cli::split_at_lines(text, 2)) {
    cli::import_slice(g, rules, text, slice, tally, notes);
  }
  const check_report report = g.check();
  if (report.ok() && report.edges == tally.edges_added.load()) return;
  for (const std::string& problem : report.problems) {
    std::fprintf(stderr, "%s\n", problem.c_str());
  }
  std::abort();
}

}  // namespace telar::fuzz
