// telar/report.hpp: what a graph says of itself: `info()` and `check()`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <telar/options.hpp>

namespace telar {

/// A participant: a thread that has attached to a graph.
struct participant_info {
  std::uint32_t pid = 0;
  std::string command;           ///< The thread's name when it attached.
  bool alive = false;            ///< False: killed, not yet recovered.
  std::uint64_t operations = 0;  ///< Changes begun.
  std::int64_t edges = 0;        ///< Inserted through this slot, less removed.
  std::uint64_t waits = 0;       ///< Vertex locks that it had to wait for.
  std::uint64_t repairs = 0;     ///< Dead participants that it recovered.
};

struct graph_info {
  std::string name;
  telar::placement placement{};
  graph_kind kind{};
  payload_type payload;
  parallel_edges parallel{};
  key_kind keys{};
  std::uint64_t vertices = 0;
  std::uint64_t edges = 0;
  std::uint64_t bytes_used = 0;       ///< Of the committed ones.
  std::uint64_t bytes_committed = 0;  ///< Taken from the system.
  std::uint64_t bytes_reserved = 0;   ///< Address space.
  std::uint64_t bytes_limit = 0;      ///< What may be committed.
  std::uint32_t creator_pid = 0;
  std::uint64_t created = 0;  ///< Seconds since 1970.
  std::string uuid;
  std::uint64_t changes = 0;      ///< That it remembers; 0: it tells none.
  std::uint64_t last_change = 0;  ///< The number of the last one.
  std::vector<participant_info> participants;
};

/// What `check` found.  An empty `problems` means that every invariant of
/// detail/layout.hpp holds.
struct check_report {
  std::vector<std::string> problems;  ///< One sentence each; at most 100.
  std::uint64_t vertices = 0;
  std::uint64_t edges = 0;
  std::uint64_t recovered = 0;  ///< Dead participants repaired on the way.

  [[nodiscard]] bool ok() const noexcept { return problems.empty(); }
  explicit operator bool() const noexcept { return ok(); }
};

}  // namespace telar
