// tests/history/recorder.hpp: several workers at one graph, all that they do
// recorded.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <telar/graph.hpp>

#include "history/operation.hpp"
#include "support/crew.hpp"
#include "support/random.hpp"

namespace telar::test {

inline constexpr int history_workers = 4;
inline constexpr unsigned operations_each = 10;

struct recording {
  crew_kind crew = crew_kind::threads;
  graph_kind kind = graph_kind::undirected;
  parallel_edges parallel = parallel_edges::allow;
  bool keys = false;  ///< Vertices are added and found by key; no edges.
  std::uint64_t histories = 1;
};

/// Records histories one after the other, each with vertices of its own, and
/// calls `check` with each.  False: a worker failed, as stderr says.
/// What is done follows from the random numbers, and where a worker pauses; in
/// which order others go on is the machine's.
bool record(const recording& what, const seeded_random& random,
            const std::function<void(const history&)>& check);

}  // namespace telar::test
