// cli/import_slice.hpp: what one worker of an import does: lines to vertices
// and edges, in batches.
#pragma once

#include <string_view>

#include <telar/graph.hpp>

#include "cli/import_board.hpp"
#include "cli/import_line.hpp"

namespace telar::cli {

/// How lines are to be read.
struct line_rules {
  separator between = separator::any;
  bool vertices_only = false;  ///< Each line is one key.
  bool ignore_extra = false;   ///< Fields after those that are used.
  bool skip_bad = false;       ///< Count malformed lines and go on.
};

/// Imports a slice of `window`: whole lines.  Failures go to the tally.
///
/// After a malformed line everything of the slice before it is in the graph,
/// and nothing after it.
void import_slice(graph& g, const line_rules& rules, std::string_view window,
                  std::string_view slice, worker_tally& tally,
                  import_notes& notes) noexcept;

/// Whether the first field of a line is a number: a header's is not.
[[nodiscard]] bool begins_with_number(std::string_view line, separator between);

}  // namespace telar::cli
