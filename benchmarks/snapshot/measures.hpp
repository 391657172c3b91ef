// benchmarks/snapshot/measures.hpp: what a snapshot costs who takes it, and who
// writes beside it.
#pragma once

#include <cstdint>
#include <vector>

#include "support/rmat.hpp"

namespace bench {

/// How long it took to take a snapshot, in seconds, each time, while two
/// processes insert.
[[nodiscard]] std::vector<double> time_taking(const rmat& input);

/// What two processes did that inserted the second half of the edges.
struct insertion {
  double seconds = 0;
  std::uint64_t edges = 0;
  std::uint64_t bytes = 0;  ///< What the graph's memory in use grew by.
};

/// `live`: how many snapshots there were all the time; each is verified to have
/// the first half of the edges still.
[[nodiscard]] insertion insert_beside(const rmat& input, unsigned live);

}  // namespace bench
