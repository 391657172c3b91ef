// tests/storm/changes.hpp: changing and undoing what was woven.
#pragma once

#include <cstdint>

#include <telar/graph.hpp>

#include "storm/log.hpp"
#include "storm/weave.hpp"

namespace telar::test {

/// Claims an earlier ticket than this one, whoever drew it, and removes its edge
/// or vertex, or changes its edge's payload; often nothing.
void change_another(graph& g, const weave& what, storm_log& log, post& mine,
                    std::uint64_t ticket);

}  // namespace telar::test
