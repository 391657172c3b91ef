// Removals and repairs that did not come to their end at first.
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include <telar/doctor.hpp>
#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "participant/intent.hpp"
#include "support/failure.hpp"
#include "support/first_page.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;
using Catch::Contains;
using detail::core;

TEST_CASE("a removal that was given up is finished by its thread's next one",
          "[graph][concurrent]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  auto g = graph::create(anonymous, {.kind = kind, .reserve = 64u << 20});
  g.add_vertices(5);
  g.add_edge(1, 2);
  g.add_edge(2, 1);
  core& c = core::of(g);
  failure first;
  bool begun = false;
  bool second = false;
  std::thread([&] {
    // As a holder that lives: it lets go when this thread has seen it.
    detail::slot& me = c.who.mine();
    auto& owner = c.memory.vertices()[2].owner;
    owner = c.who.index_of(me) + 1;
    std::thread([&] {
      g.set_wait({.limit = 20ms, .stop = {}});
      first = failure_of([&] { return g.remove_vertex(1); });
      begun = g.is_removed(1);
      owner = 0;
      g.set_wait({});
      second = g.remove_vertex(3);
    }).join();
  }).join();
  CHECK(first.code == errc::timed_out);
  CHECK(begun);
  CHECK(second);
  CHECK(g.is_removed(3));
  CHECK(g.edge_count() == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("a key that is half added by the same thread is not added again",
          "[graph][keys][error]") {
  auto g =
      graph::create(anonymous, {.keys = key_kind::u64, .reserve = 64u << 20});
  (void)g.vertex(std::uint64_t{1});
  detail::slot& me = core::of(g).who.mine();
  me.record = 5;
  CHECK(failure_of([&] { return g.vertex(std::uint64_t{2}); }).code ==
        errc::busy);
  me.record = 0;
  CHECK(g.vertex(std::uint64_t{2}) == 1);
  CHECK(problems(g) == "");
}

TEST_CASE("lost memory is given back beside what the slot has left",
          "[graph][doctor]") {
  const placed where(placement::shared);
  {
    auto g = graph::create(where, {.reserve = 64u << 20});
    g.add_vertices(400);
    for (vertex_id v = 0; v < 399; ++v) g.add_edge(v, v + 1);
    detail::slot& me = core::of(g).who.mine();
    for (auto* word : {&me.arena, &me.spare}) {
      auto rest = detail::arena::unpack(detail::get(*word));
      (void)rest.cut(8);
      word->store(rest.pack());
    }
  }
  CHECK_FALSE(examine(where).ok());
  const diagnosis mended = repair(where);
  CHECK(mended.ok());
  auto g = graph::open(where);
  for (vertex_id v = 0; v < 399; ++v) g.add_edge(v, v + 1);
  CHECK(problems(g) == "");
}

TEST_CASE("a salvage does not believe in more vertices than a file holds",
          "[graph][doctor]") {
  const placed where(placement::file);
  const placed into(placement::shared);
  constexpr std::uint64_t reserve = 64u << 20;
  {
    auto g = graph::create(where, {.reserve = reserve});
    g.add_vertices(30);
    for (vertex_id v = 0; v < 29; ++v) g.add_edge(v, v + 1);
  }
  const std::uint64_t most = detail::divide(reserve).max_vertices;
  const std::uint64_t capacity = most + GENERATE(0u, 1u);
  write_at(where.path(),
           detail::clocks_offset + offsetof(detail::clocks, vertex_capacity),
           &capacity, sizeof capacity);
  write_at(where.path(),
           detail::clocks_offset + offsetof(detail::clocks, vertex_count),
           &capacity, sizeof capacity);
  const salvage_report saved = salvage(where, into);
  CHECK(saved.edges == 29);
  CHECK(saved.vertices == 30);
}

TEST_CASE("a list of edges into a vertex does not end as a removal does",
          "[graph][check]") {
  auto g = graph::create(
      anonymous, {.kind = graph_kind::bidirectional, .reserve = 64u << 20});
  g.add_vertices(3);
  core::of(g).memory.in_words()[1] = detail::removed_word;
  CHECK_FALSE(problems(g).empty());
}

TEST_CASE("a key's record that the dead has kept already is not kept again",
          "[graph][keys][error]") {
  auto g =
      graph::create(anonymous, {.keys = key_kind::u64, .reserve = 64u << 20});
  for (std::uint64_t k = 0; k < 4; ++k) (void)g.vertex(k);
  core& c = core::of(g);
  detail::slot& dead = c.memory.slot(1);
  dead.record = c.memory.key_ref(3).load();
  dead.attached = detail::attached_yes;
  CHECK(failure_of([&] { return g.recover(); }).code == errc::corrupt);
  dead.record = 0;
  CHECK(g.recover() == 1);
  CHECK(problems(g) == "");
}

TEST_CASE("of two steps towards the reuse of memory the second is made up for",
          "[graph][crash]") {
  auto g = graph::create(anonymous, {.reserve = 64u << 20});
  g.add_vertices(2);
  for (int i = 0; i < 20; ++i) g.add_edge(0, 1);
  core& c = core::of(g);
  detail::slot& me = c.who.mine();
  me.stamp = detail::stamp_cutting;  // as who was killed between them leaves it
  CHECK(c.space.advance(me));
  CHECK(me.stamp != detail::stamp_cutting);
  CHECK(problems(g) == "");
}

TEST_CASE("each bound beyond the segment's size is refused by who opens it",
          "[graph][error]") {
  const placed where(GENERATE(placement::shared, placement::file));
  constexpr std::uint64_t reserve = 16u << 20;
  { auto g = graph::create(where, {.reserve = reserve}); }
  using detail::clocks;
  const auto refused = [&](std::size_t field, std::size_t size,
                           std::uint64_t value) {
    std::uint64_t before = 0;
    read_at(where.path(), detail::clocks_offset + field, &before, size);
    write_at(where.path(), detail::clocks_offset + field, &value, size);
    const failure told = failure_of([&] { return graph::open(where); });
    CHECK(told.code == errc::corrupt);
    CHECK_THAT(told.message, Contains("(I12)"));
    write_at(where.path(), detail::clocks_offset + field, &before, size);
    CHECK(graph::open(where).edge_count() == 0);
  };
  constexpr std::uint64_t much = std::uint64_t{1} << 40;
  refused(offsetof(clocks, vertex_capacity), 8, much);
  refused(offsetof(clocks, vertex_count), 8, 1'000);
  refused(offsetof(clocks, bucket_count), 8, much);
  refused(offsetof(clocks, extent_capacity), 8, much);
  refused(offsetof(clocks, version_capacity), 8, much);
  refused(offsetof(clocks, snapshot_frontier), 4, detail::max_snapshots + 1);
  refused(offsetof(clocks, slot_capacity), 4, detail::max_slots + 1);
  refused(offsetof(clocks, slot_capacity), 4, 0);
}

TEST_CASE("the removal of a vertex that cannot be is not finished",
          "[graph][error]") {
  auto g = graph::create(anonymous, {.reserve = 64u << 20});
  g.add_vertices(3);
  g.add_edge(0, 1);
  CHECK(g.remove_vertex(2));
  core& c = core::of(g);
  c.memory.slot(1).removing = 1u << 20;
  CHECK(g.recover() == 0);
  CHECK(g.edge_count() == 1);
  c.memory.slot(1).removing = 0;
  CHECK(problems(g) == "");
}

TEST_CASE("the edges out of a vertex, or into it, can be removed alone",
          "[graph]") {
  const auto kind = GENERATE(graph_kind::directed, graph_kind::bidirectional);
  auto g = graph::create(anonymous, {.kind = kind, .reserve = 64u << 20});
  g.add_vertices(3);
  const auto begin = [&] {
    g.add_edge(0, 1);
    g.add_edge(1, 2);
    g.add_edge(2, 1);
  };
  begin();
  g.clear_out_edges(1);
  CHECK(g.degree(1) == 0);
  CHECK(g.edge_count() == 2);
  g.clear_in_edges(1);
  CHECK(g.edge_count() == 0);
  begin();
  g.clear_in_edges(1);
  CHECK(g.degree(1) == 1);
  CHECK(g.edge_count() == 1);
  CHECK(problems(g) == "");
}
