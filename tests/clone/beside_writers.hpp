// tests/clone/beside_writers.hpp: copies of a graph that others are changing.
#pragma once

#include <catch2/catch.hpp>

#include "clone/writing.hpp"
#include "support/crew.hpp"
#include "support/problems.hpp"

namespace telar::test {

/// Calls `copy(i, snapshot)` so many times while three writers go on.  It throws
/// if the copy is not right, and returns whether it could be compared with the
/// snapshot itself: some must be.
template <typename Copy>
void copy_beside_writers(crew_kind kind, const graph_options& options,
                         int looks, Copy copy) {
  seeded_random random;
  auto g = graph::create(anonymous, options);
  fill<written>(g, random);
  shared_words look;
  crew writers(kind, 3, [&](int worker) {
    write_until_told(g, random.engine_for(worker), look[0]);
  });
  int compared = 0;
  try {
    for (int i = 0; i < looks; ++i) {
      look[0].store(i);
      compared += copy(i, g.snapshot()) ? 1 : 0;
    }
  } catch (...) {
    look[0].store(-1);
    throw;
  }
  look[0].store(-1);
  CHECK(writers.finish());
  CHECK(compared > 0);
  CHECK(problems(g) == "");
}

}  // namespace telar::test
