// The queues of free blocks against std::deque: no block is lost, and none is
// given twice.
#include <catch2/catch.hpp>

#include "adjacency/queue_model.hpp"
#include "support/random.hpp"

using namespace telar::test;

namespace {

constexpr int rounds = 10'000;

}  // namespace

TEST_CASE("free blocks leave their queue in order, once each",
          "[adjacency][model]") {
  seeded_random random;
  queues all(random);
  for (int i = 0; i < rounds; ++i) {
    if (random.below(random.below(20) == 0 ? 2 : 60) == 0) {
      all.advance();
    } else {
      all.change();
    }
  }
  CHECK(all.turns() > 1);  // else no bag was ever left behind
  all.retire_all();
}
