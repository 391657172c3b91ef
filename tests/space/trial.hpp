// tests/space/trial.hpp: a call that is refused what it asks the system for.
//
// A scenario's call is made once to see what it asks for, and then again and
// again in new worlds, each time refused another of these requests.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <telar/frame.hpp>
#include <telar/graph.hpp>

#include "space/seam.hpp"
#include "support/placed.hpp"
#include "support/segment_name.hpp"

namespace telar::test {

/// What a scenario works on.
struct world {
  world(placement placing, graph_options what)
      : where(placing), options(std::move(what)) {}
  ~world();
  world(const world&) = delete;

  placed where;
  graph_options options;
  std::optional<graph> g;
  std::optional<frame> table;
  /// Another handle, by which the world is looked at, where `g` must not
  /// attach before the call.
  std::optional<graph> viewer;
  std::optional<temporary_file> saved;     ///< A checkpoint, if there is one.
  std::vector<pthread_mutex_t*> occupied;  ///< Released at the end.
};

struct scenario {
  /// "refused while it …".
  std::string name;
  placement where = placement::anonymous;
  graph_options options{};
  /// What is there before.
  std::function<void(world&)> earlier{};
  /// The call's parts [from, to): all of them in one call.
  std::function<void(world&, std::size_t from, std::size_t to)> call;
  /// More than one: a call that says that a part of it may be done.
  std::size_t parts = 1;
  /// Whether each trial is a process of its own, which has used no graph yet.
  bool fresh = false;
  /// Whether the file system has O_TMPFILE.
  bool nameless_files = true;
};

[[nodiscard]] std::vector<scenario> creating_scenarios();
[[nodiscard]] std::vector<scenario> opening_scenarios();
[[nodiscard]] std::vector<scenario> growing_scenarios();
[[nodiscard]] std::vector<scenario> column_scenarios();
[[nodiscard]] std::vector<scenario> checkpoint_scenarios();

/// All that a user sees of the world.
[[nodiscard]] std::string view_of(const world& w);

/// Throws what `check()` finds.
void require_sound(const world& w);

/// Tries every fault, each in a world of its own: what went wrong with which,
/// or "".  Adds the number of faults to `tried`.
[[nodiscard]] std::string problem_of(const scenario& s, resource of,
                                     std::size_t& tried);

}  // namespace telar::test
