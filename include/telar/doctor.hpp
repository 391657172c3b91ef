// telar/doctor.hpp: looking at graphs that may be damaged: what is wrong, what
// can be put right in place, what can be saved, and what nobody uses any more.
// The command line's `doctor` and `gc` are these.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <telar/options.hpp>
#include <telar/report.hpp>

namespace telar {

/// What was found, and done.
struct diagnosis {
  check_report report;
  /// Nobody else had it open, so every invariant was tested.  Otherwise those
  /// only that hold at every instant.
  bool complete = false;
  std::vector<participant_info> attached;  ///< Who works on it.
  std::vector<std::string> repairs;        ///< A sentence each.

  [[nodiscard]] bool ok() const noexcept { return report.ok(); }
};

/// Recovers the dead, as every opener does, and checks: completely if nobody
/// else has the graph open, who then waits until this is done; beside the
/// others if somebody has.  A graph too damaged to open is a problem found, not
/// an error.  Throws `not_found`, `system`, `busy`.
[[nodiscard]] diagnosis examine(const location& where);

/// Makes all locks anew, recovers all participants, and rebuilds what follows
/// from the adjacencies: owner words, edge counters, lists of free memory.
/// Then checks.  Needs the graph alone: throws `busy` while others have it.
/// What is left (edges at one end, words that lead nowhere) wants `salvage`.
/// If the process is killed inside: each step is whole or absent.
[[nodiscard]] diagnosis repair(const location& where);

struct salvage_report {
  std::uint64_t vertices = 0;
  std::uint64_t edges = 0;
  std::vector<std::string> losses;  ///< A sentence each: what is not there.
};

/// Copies every whole edge, with its ends' keys and its payload, into a new
/// graph.  The damaged one is mapped to be read only, nothing in it is trusted,
/// and none of its locks is touched.  Columns are not copied.  An edge that
/// only one of its ends knows is not whole.
///
/// Throws `corrupt` if its first page cannot be understood; for `into` what
/// `graph::create` throws; and then leaves no `into` behind.
/// Complexity: O(edges log edges); 48 bytes an edge of this process's memory.
[[nodiscard]] salvage_report salvage(const location& damaged,
                                     const location& into);

/// A shared segment, as it is found without opening it.
struct leftover {
  enum class state {
    in_use,  ///< A process has it open.
    killed,  ///< Nobody has it open, and who used it last was killed.
    idle,    ///< Nobody has it open; who used it last closed it.
    none,    ///< It is no graph of this build, or may not be read.
  };
  std::string name;
  state is{};
  std::uint64_t bytes = 0;            ///< Of memory.
  std::vector<std::uint32_t> killed;  ///< The processes.
};

/// The graphs in shared memory, by name.  Touches none of their locks.
[[nodiscard]] std::vector<leftover> leftovers();

/// Removes a shared graph if it still is in this state, `killed` or `idle`:
/// nobody can open it meanwhile.  False: it is not, or is not ours to remove.
bool remove_leftover(const std::string& name, leftover::state expected);

}  // namespace telar
