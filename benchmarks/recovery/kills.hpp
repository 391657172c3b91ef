// benchmarks/recovery/kills.hpp: killing a worker, and timing who comes next.
#pragma once

#include <vector>

#include "contender.hpp"

namespace bench {

enum class moment {
  holding,  ///< The victim holds the place, and all others wait for it.
  any,      ///< The victim works there like the others.
};

/// Kills one of `workers` processes at each place in turn.  How long it took,
/// in seconds, from before the SIGKILL to the first time after it that another
/// process had worked there.
/// Throws std::runtime_error if nobody came for ten seconds.
[[nodiscard]] std::vector<double> time_kills(contender& what, unsigned workers,
                                             moment when);

}  // namespace bench
