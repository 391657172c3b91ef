// tests/space/squeeze.hpp: a small graph is built where there is room for the
// first n steps of it only, for every n.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "space/trial.hpp"

namespace telar::test {

struct script {
  std::string name;
  placement where = placement::anonymous;
  graph_options options{};
  /// Each is one call.
  std::vector<std::function<void(world&)>> steps;
};

/// Graphs of all kinds, with keys and payloads, and tables.
[[nodiscard]] std::vector<script> scripts_for(placement where);

/// Room, of whatever kind.
struct room {
  std::function<void()> narrow;
  std::function<void()> wide;
  /// Whether the heap is within it: then std::bad_alloc is an answer, too.
  bool heap = false;
};

/// What is seen after each number of steps, where there is room for all.
[[nodiscard]] std::vector<std::string> views_of(const script& s);

/// Makes the steps until one is refused; there must then be nothing wrong, and
/// with wide room all goes on.  Returns how many steps were made in the narrow
/// one.  Throws what is wrong.
std::size_t squeeze(const script& s, const std::vector<std::string>& views,
                    const room& around);

}  // namespace telar::test
