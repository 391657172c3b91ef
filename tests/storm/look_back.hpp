// tests/storm/look_back.hpp: snapshots in a storm.
#pragma once

#include <random>

#include <telar/graph.hpp>

#include "storm/log.hpp"
#include "storm/weave.hpp"

namespace telar::test {

/// Takes a snapshot.  What was acknowledged before is in it; what was removed
/// before is not; each edge is at both its ends; and none of it changes.
/// Throws otherwise.
void look_back(graph& g, const weave& what, storm_log& log,
               std::mt19937_64& random);

}  // namespace telar::test
