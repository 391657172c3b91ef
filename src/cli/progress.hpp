// cli/progress.hpp: a line on standard error that says how far work has come;
// only if a person is looking at a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace telar::cli {

class progress {
 public:
  progress();
  progress(const progress&) = delete;
  /// Removes the line.
  ~progress();

  /// Shows the bytes of `what` that were read, of how many if that is known,
  /// and the edges since the beginning.
  void show(const std::string& what, std::uint64_t bytes,
            std::optional<std::uint64_t> total, std::uint64_t edges);

  /// A bar: `done` of `of` parts of `what`.
  void show(const std::string& what, std::uint64_t done, std::uint64_t of);

 private:
  std::chrono::steady_clock::time_point start_;
  bool visible_;
  bool shown_ = false;
};

}  // namespace telar::cli
