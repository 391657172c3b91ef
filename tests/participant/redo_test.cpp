// tests/participant/redo_test.cpp: what the intent of one who died may make its
// recoverer store: its own words, what it told the feed, its partner's memory.
#include <cstddef>
#include <cstdint>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "participant/intent.hpp"
#include "support/failure.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;
using detail::core;
using detail::get;

namespace {

/// Slots that nobody has: of who died, and of its partner.
constexpr std::uint32_t dead = 1;
constexpr std::uint32_t partner = 2;
constexpr std::uint64_t word = sizeof(detail::word64);

/// Whether an intent that stores this there is refused as damaged.
bool is_refused(core& c, std::uint64_t offset, std::uint64_t value = 0) {
  detail::intent& plan = c.memory.slot(dead).intent;
  plan.stores = 1;
  plan.redo[0].offset = offset;
  plan.redo[0].value = value;
  const failure told = failure_of([&] {
    detail::validate_intent(c.memory, dead);
    return 0;
  });
  plan.stores = 0;
  return told.code == errc::corrupt;
}

std::uint64_t of_slot(std::uint32_t index, std::size_t member) {
  return detail::slots_offset + index * sizeof(detail::slot) + member;
}

}  // namespace

TEST_CASE("a repair tells the feed of one change, of vertices that there are",
          "[participant][error]") {
  const auto keys = GENERATE(key_kind::none, key_kind::u64);
  const auto changes = GENERATE(0u, 64u);
  auto g = graph::create(
      anonymous, {.keys = keys, .reserve = 64u << 20, .changes = changes});
  if (keys == key_kind::u64) {
    (void)g.vertex(std::uint64_t{7});
  } else {
    g.add_vertices(4);
  }
  core& c = core::of(g);
  const detail::clocks& all = c.memory.clocks();
  const bool untold = changes == 0;

  constexpr std::uint64_t head =
      detail::clocks_offset + offsetof(detail::clocks, changes_head);
  const std::uint64_t last = get(all.changes_head);
  CHECK(is_refused(c, head, last) == untold);
  CHECK(is_refused(c, head, last + 1) == untold);
  CHECK(is_refused(c, head, last + 2));
  CHECK(is_refused(c, head, last - 1));

  constexpr std::uint64_t count =
      detail::clocks_offset + offsetof(detail::clocks, vertex_count);
  const std::uint64_t capacity = get(all.vertex_capacity);
  CHECK(is_refused(c, count, get(all.vertex_count)) == untold);
  CHECK(is_refused(c, count, capacity) == untold);
  CHECK(is_refused(c, count, capacity + 1));
  CHECK(is_refused(c, count, get(all.vertex_count) - 1));

  const std::uint64_t records = c.memory.geometry().key_refs;
  const bool no_record = untold || keys == key_kind::none;
  CHECK(is_refused(c, records) == no_record);
  CHECK(is_refused(c, records + (capacity - 1) * word) == no_record);
  CHECK(is_refused(c, records + capacity * word));
  CHECK(is_refused(c, records + 1));
  CHECK(problems(g) == "");
}

TEST_CASE("a repair changes the memory of a partner, where both say so",
          "[participant][error]") {
  auto g = graph::create(anonymous, {.reserve = 64u << 20});
  core& c = core::of(g);
  detail::slot& mine = c.memory.slot(dead);
  detail::slot& other = c.memory.slot(partner);
  const std::uint64_t arena = of_slot(partner, offsetof(detail::slot, arena));
  CHECK(is_refused(c, arena));
  mine.partner = partner + 1;
  CHECK(is_refused(c, arena));
  other.taker = dead + 1;
  CHECK_FALSE(is_refused(c, arena));
  CHECK_FALSE(is_refused(c, of_slot(partner, offsetof(detail::slot, spare))));
  const std::uint64_t queues = of_slot(partner, offsetof(detail::slot, queues));
  CHECK_FALSE(is_refused(c, queues));
  CHECK_FALSE(is_refused(c, queues + sizeof(detail::slot::queues) - word));
  CHECK(is_refused(c, queues + sizeof(detail::slot::queues)));
  CHECK(is_refused(c, queues - word));
  CHECK(is_refused(c, of_slot(partner, offsetof(detail::slot, edges))));
  CHECK(is_refused(c, of_slot(partner + 1, offsetof(detail::slot, arena))));
  mine.partner = 60'000;
  CHECK(is_refused(c, arena));
  mine.partner = 0;
  other.taker = 0;
  CHECK(problems(g) == "");
}

TEST_CASE("marks of an exchange that nobody can have made are damage",
          "[participant][error]") {
  auto g = graph::create(anonymous, {.reserve = 64u << 20});
  g.add_vertices(2);
  core& c = core::of(g);
  const auto recovers = [&](std::uint32_t index) {
    return failure_of([&] {
             return c.who.exchange(c.who.mine(), index, [](detail::slot&) {});
           })
        .code;
  };
  CHECK(recovers(dead) == errc{});
  detail::slot& s = c.memory.slot(dead);
  SECTION("taken by one who cannot be") { s.taker = 60'000; }
  SECTION("taken by itself") { s.taker = dead + 1; }
  CHECK(recovers(dead) == errc::corrupt);
  s.taker = 0;
  CHECK(recovers(dead) == errc{});
  CHECK(g.add_edge(0, 1).added);
  CHECK(problems(g) == "");
}
