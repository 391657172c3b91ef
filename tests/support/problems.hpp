// tests/support/problems.hpp: how a test ends: `CHECK(problems(g) == "")`.
#pragma once

#include <string>

#include <telar/graph.hpp>

namespace telar::test {

/// What `check()` finds wrong, a line each; empty if every invariant holds.
inline std::string problems(const graph& g) {
  std::string lines;
  for (const std::string& problem : g.check().problems) lines += problem + '\n';
  return lines;
}

}  // namespace telar::test
