// Removals and repairs that did not come to their end at first.
#include <chrono>
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
