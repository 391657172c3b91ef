// cli/importer.hpp: edge lists into a graph, by a team of workers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <telar/graph.hpp>

#include "cli/import_board.hpp"
#include "cli/import_slice.hpp"
#include "cli/import_text.hpp"
#include "cli/import_workers.hpp"
#include "cli/progress.hpp"

namespace telar::cli {

/// How files are to be read, and by whom.
struct import_plan {
  std::optional<separator> between;  ///< Absent: by the ending of the file.
  bool header = false;
  bool ignore_extra = false;
  bool skip_bad = false;
  unsigned workers = 1;
  backend how = backend::threads;
};

class importer {
 public:
  /// Throws `failure` if the edges of `g` carry what no text can say.
  importer(graph& g, const import_plan& plan);

  /// Imports a text: keys, one a line, or edges.
  ///
  /// Throws `failure`, naming file and line, for a malformed line: all lines
  /// before it are then imported, and with several workers perhaps some after
  /// it.  Throws `error` when the graph refuses, `failure` when a worker died.
  void run(text_source& text, bool vertices_only);

  [[nodiscard]] std::uint64_t edges_read() const noexcept {
    return board_.sum(&worker_tally::edges_read);
  }
  [[nodiscard]] std::uint64_t edges_added() const noexcept {
    return board_.sum(&worker_tally::edges_added);
  }
  [[nodiscard]] std::uint64_t skipped() const noexcept {
    return board_.sum(&worker_tally::skipped);
  }
  /// "FILE:LINE: what" of the first malformed line that was skipped, or empty.
  [[nodiscard]] const std::string& first_skipped() const noexcept {
    return first_skipped_;
  }

 private:
  void run_window(text_source& text, std::string_view window,
                  const line_rules& rules);
  void collect(const text_source& text);
  void stay_attached() const;

  graph& graph_;
  import_plan plan_;
  import_board board_;
  progress progress_;
  std::string first_skipped_;
};

}  // namespace telar::cli
