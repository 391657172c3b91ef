// cli/line_output.hpp: lines for a reader who wants each at once, and who may go
// away, or be told that there are no more.
//
// Not standard C output: what became of each line has to be known.
#pragma once

#include <chrono>
#include <string>

namespace telar::cli {

class line_output {
 public:
  /// From now on SIGINT and SIGTERM are requests to end (the second one ends the
  /// program at once), and a reader who has gone ends nothing.
  line_output();

  /// Takes a line; sees to it that not too many are kept.
  void add(const std::string& line);
  /// Writes what was added.  Throws `failure` if that is impossible; not if the
  /// reader has gone.
  void flush();

  /// Whether to go on: the reader is there, and nobody asked to end.
  [[nodiscard]] bool is_wanted() const;
  /// Waits, but no longer than it is wanted.
  void wait(std::chrono::milliseconds time);

 private:
  std::string lines_;
  bool has_reader_ = true;
};

}  // namespace telar::cli
