// graph/check_live.hpp: the invariants that hold at every instant, verified
// while others work on the graph.
#pragma once

#include <telar/graph.hpp>

namespace telar::detail {

/// I1, I10 (of the keys that have a vertex), I12 and I13, as a reader sees them.
/// Concurrent; bounded on any input.
[[nodiscard]] check_report check_live(const graph& g);

}  // namespace telar::detail
