// tests/storm/workers.hpp: those who are killed.
#pragma once

#include <cstdint>

#include <telar/graph.hpp>

#include "storm/log.hpp"
#include "storm/weave.hpp"

namespace telar::test {

/// Draws tickets and does what they say, until it is killed.
void write_on(graph& g, const weave& what, storm_log& log, post& mine);

/// Reads at random, and throws when it sees what cannot be, until it is killed.
void read_on(graph& g, const weave& what, storm_log& log, post& mine,
             std::uint64_t seed);

}  // namespace telar::test
