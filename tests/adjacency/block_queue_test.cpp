// The queues of free blocks against std::deque: no block is lost, and none is
// given twice.
#include <catch2/catch.hpp>

#include "adjacency/queue_model.hpp"
#include "support/random.hpp"

using namespace telar;
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

TEST_CASE("a bag that is put into an empty queue is the next to be used",
          "[adjacency]") {
  // A change in a signal handler may empty the queue after the interrupted one
  // found that it needs a bag.
  auto g = graph::create(anonymous, {.reserve = 64u << 20});
  core& all = core::of(g);
  slot& me = all.who.mine();
  const auto change = [&](auto&& prepare) {
    block_plan plan(all.memory, me, all.space.sizes());
    prepare(plan);
    commit_and_apply(all.memory, me, {.stores = plan.record()});
    me.intent.state.store(phase_idle);
  };
  shortage two_bags{.bags = {0, 0}, .bag_count = 2};
  all.space.refill(me, two_bags);
  for (std::uint64_t i = 0; i < bag_entries; ++i) {
    change([](block_plan& plan) { REQUIRE(plan.retire(0, plan.cut(1))); });
  }
  REQUIRE((all.space.advance(me) && all.space.advance(me)));
  for (std::uint64_t i = 0; i < bag_entries; ++i) {
    change([](block_plan& plan) { REQUIRE(plan.take(0) != 0); });
  }
  change([](block_plan& plan) { REQUIRE(plan.add_bag(0)); });

  std::uint64_t block = 0;
  change([&](block_plan& plan) {
    block = plan.cut(1);
    REQUIRE(plan.retire(0, block));
  });
  REQUIRE((all.space.advance(me) && all.space.advance(me)));
  change([&](block_plan& plan) { CHECK(plan.take(0) == block); });
}
