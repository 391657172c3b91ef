// cli/exit_status.hpp: what `telar` says to the shell that called it.
#pragma once

#include <stdexcept>
#include <string>

#include <telar/error.hpp>

namespace telar::cli {

enum class exit_status : int {
  ok = 0,
  failure = 1,    ///< Malformed input, a dead worker, the system refused.
  usage = 2,      ///< The command line is wrong.
  not_found = 3,  ///< No such graph, vertex or file.
  exists = 4,
  busy = 5,     ///< In use, or a time limit was reached.
  corrupt = 6,  ///< Damaged, or incompatible with what was asked.
  no_space = 7,
};

/// The status for an error of the library.  `bad_argument` is `usage`: what the
/// library was asked came from the command line.
[[nodiscard]] exit_status status_of(errc code) noexcept;

/// A failure of the command line itself, with the status to leave with.
class failure : public std::runtime_error {
 public:
  failure(exit_status status, const std::string& message)
      : std::runtime_error(message), status_(status) {}

  [[nodiscard]] exit_status status() const noexcept { return status_; }

 private:
  exit_status status_;
};

}  // namespace telar::cli
