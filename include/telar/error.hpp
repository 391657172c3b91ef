// telar/error.hpp: the one exception type of the library, and its codes.
//
// Outcomes that a caller expects (an edge that is already there, a key that is
// absent) are return values.  Everything else throws `telar::error`, whose code
// names the remedy and whose message names the segment, vertex, file or limit.
// Exceptions of Boost and of the system never leave the library.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace telar {

/// Why a call failed: one value per remedy.
enum class errc : int {
  not_found = 1,  ///< No such segment or file.  Create it, or mend the name.
  exists,         ///< The name is taken.  Open it, or remove it first.
  busy,           ///< In use, re-entered, or stopped.  Try again later.
  timed_out,      ///< A live holder kept a lock too long; the message names it.
  corrupt,        ///< The segment breaks its own invariants.  See `doctor`.
  incompatible,   ///< Another format, build, machine, kind or payload type.
  no_space,       ///< Memory, reserve, limit or participants are used up.
  bad_argument,   ///< The call itself is wrong; the message says which part.
  system,         ///< The operating system refused; the message says why.
  task_failed,    ///< A task threw, or its worker died; see telar/parallel.
  expired,        ///< The snapshot was given back.  Take a new one.
};

/// The word for a code, as messages and `--json` print it: "not_found" ….
/// Concurrency: concurrent.
[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// A failure of the library.  The graph is as it was before the call.
class error : public std::runtime_error {
 public:
  error(errc code, const std::string& message)
      : std::runtime_error(message), code_(code) {}

  [[nodiscard]] errc code() const noexcept { return code_; }

 private:
  errc code_;
};

}  // namespace telar
