// tests/storm/verdict.hpp: what is left of a round, held against its log.
#pragma once

#include <cstdint>

#include "storm/log.hpp"
#include "storm/weave.hpp"

namespace telar::test {

struct verdict {
  std::uint64_t edges = 0;         ///< That are there.
  std::uint64_t acknowledged = 0;  ///< Of these; each of them is.
  std::uint64_t in_flight = 0;     ///< Edges begun, but not acknowledged.
  std::uint64_t removed = 0;       ///< Edges and vertices; none of them is.
  std::uint64_t changed = 0;       ///< Payloads.
};

/// Looks every edge, key and vertex up.  Throws, naming it, if one that was
/// acknowledged and not asked to be removed is missing, one whose removal was
/// acknowledged is there, one is torn or there twice, or has a payload that was
/// replaced, or there is one that nobody began.
/// Requires: nobody is at work, and `check()` found nothing.
[[nodiscard]] verdict judge(const graph& g, const weave& what,
                            const storm_log& log);

}  // namespace telar::test
