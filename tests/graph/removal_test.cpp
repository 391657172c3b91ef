// Removal: many writers, memory, vertices, and what is refused.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <random>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "support/crew.hpp"
#include "support/failure.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

graph make(graph_kind kind, std::uint64_t vertices) {
  auto g = graph::create(anonymous, {.kind = kind, .reserve = 256u << 20});
  g.add_vertices(vertices);
  return g;
}

constexpr auto kinds = {graph_kind::undirected, graph_kind::directed,
                        graph_kind::bidirectional};

}  // namespace

TEST_CASE("a sliding window of edges keeps its memory", "[graph]") {
  for (const auto kind : kinds) {
    auto g = make(kind, 200);
    constexpr std::uint64_t window = 2'000;
    std::mt19937_64 engine(1);
    std::vector<endpoints> inside;
    std::uint64_t full = 0;
    for (std::uint64_t i = 0; i < 12 * window; ++i) {
      const auto u = static_cast<vertex_id>(engine() % 200);
      const auto v = static_cast<vertex_id>(engine() % 200);
      g.add_edge(u, v);
      inside.push_back({u, v});
      if (i < window) continue;
      const auto [a, b] = inside[i - window];
      REQUIRE(g.remove_edge(a, b));
      if (i == 2 * window) full = g.info().bytes_committed;
    }
    CHECK(g.edge_count() == window);
    CHECK(g.info().bytes_committed <= full + full / 4);
    CHECK(problems(g) == "");
  }
}

TEST_CASE("writers who insert and remove at once agree in the end",
          "[graph][concurrent][process][model]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  CAPTURE(crew_of, to_string(kind));
  const seeded_random random;
  auto g = make(kind, 30);
  crew team(crew_of, 4, [&](int worker) {
    // What each inserts, it removes, but for every fifth.
    auto engine = random.engine_for(worker);
    for (int i = 0; i < 2'000; ++i) {
      const auto u = static_cast<vertex_id>(engine() % 30);
      const auto v = static_cast<vertex_id>(engine() % 30);
      g.add_edge(u, v);
      if (i % 5 != 0) require(g.remove_edge(u, v), "an edge is missing");
      if (i % 64 == 0) g.refresh();
    }
  });
  CHECK(team.finish());
  CHECK(g.edge_count() == 4 * 400);
  CHECK(problems(g) == "");
}

TEST_CASE("a removed vertex is isolated, gets no edges, and its id comes back",
          "[graph]") {
  for (const auto kind : kinds) {
    auto g = make(kind, 4);
    g.add_edge(1, 2);
    g.add_edge(2, 1);
    g.add_edge(1, 1);
    g.add_edge(3, 1);
    g.add_edge(3, 2);
    CHECK(g.remove_vertex(1));
    CHECK_FALSE(g.remove_vertex(1));
    CHECK(g.is_removed(1));
    CHECK(g.degree(1) == 0);
    CHECK(g.edge_count() == 1);
    CHECK(g.vertex_count() == 4);
    CHECK(failure_of([&] { return g.add_edge(1, 2); }).code ==
          errc::bad_argument);
    CHECK(failure_of([&] { return g.add_edge(3, 1); }).code ==
          errc::bad_argument);
    CHECK(failure_of([&] { return g.add_edge(1, 1); }).code ==
          errc::bad_argument);
    CHECK(problems(g) == "");
    CHECK(g.add_vertex() == 1);
    CHECK_FALSE(g.is_removed(1));
    CHECK(g.add_edge(1, 3).added);
    CHECK(problems(g) == "");
  }
}

TEST_CASE("an id is not used again while somebody may see it otherwise",
          "[graph][snapshot]") {
  auto g = make(graph_kind::undirected, 3);
  g.add_edge(0, 1);
  const auto then = g.neighbors(0);
  g.remove_vertex(1);
  CHECK(g.add_vertex() == 1);  // our own reading ended with the removal
  auto h = make(graph_kind::undirected, 3);
  std::atomic<int> stage{0};
  std::thread reader([&] {
    (void)h.neighbors(0);
    stage = 1;
    while (stage != 2) std::this_thread::yield();
    h.refresh();
    stage = 3;
    while (stage != 4) std::this_thread::yield();
  });
  while (stage != 1) std::this_thread::yield();
  h.remove_vertex(1);
  CHECK(h.add_vertex() == 3);
  stage = 2;
  while (stage != 3) std::this_thread::yield();
  CHECK(h.add_vertex() == 1);
  stage = 4;
  reader.join();
  CHECK(problems(h) == "");
}

TEST_CASE("a vertex that others connect is removed whole",
          "[graph][concurrent][process]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  for (const auto kind : kinds) {
    auto g = make(kind, 40);
    crew team(crew_of, 4, [&](int worker) {
      std::mt19937_64 engine(static_cast<unsigned>(worker));
      for (int i = 0; i < 3'000; ++i) {
        const auto u = static_cast<vertex_id>(engine() % 40);
        const auto v = static_cast<vertex_id>(engine() % 40);
        try {
          g.add_edge(u, v);
        } catch (const error& refused) {
          require(refused.code() == errc::bad_argument, refused.what());
        }
        if (worker == 0 && i % 100 == 0) g.remove_vertex(u);
      }
    });
    CHECK(team.finish());
    CHECK(problems(g) == "");
    std::uint64_t removed = 0;
    for (vertex_id v = 0; v < 40; ++v) {
      if (!g.is_removed(v)) continue;
      ++removed;
      CHECK(g.degree(v) == 0);
    }
    CHECK(removed != 0);
    g.for_each_edge(
        [&](const edge& e) { REQUIRE_FALSE(g.is_removed(e.target)); });
  }
}

TEST_CASE("the removal that a killed process began is finished by others",
          "[graph][process][crash]") {
  for (const auto kind : kinds) {
    for (unsigned round = 0; round < 20; ++round) {
      auto g = make(kind, 200);
      for (vertex_id v = 1; v < 200; ++v) {
        g.add_edge(0, v);
        g.add_edge(v, 0);
      }
      process child = start_process([&] {
        g.remove_vertex(0);
        for (;;) ::pause();
        return 0;
      });
      while (!g.is_removed(0)) {
      }
      for (unsigned i = 0; i < round * 200; ++i) (void)g.is_removed(0);
      child.send(SIGKILL);
      CHECK(wait_for(child) == -SIGKILL);
      g.recover();
      CHECK(g.degree(0) == 0);
      CHECK(g.edge_count() == 0);
      CHECK(problems(g) == "");
    }
  }
}

TEST_CASE("the key of a removed vertex is free for another", "[graph][keys]") {
  auto g = graph::create(anonymous, {.kind = graph_kind::directed,
                                     .keys = key_kind::string,
                                     .reserve = 64u << 20});
  const vertex_id ada = g.vertex("Ada");
  const vertex_id bo = g.vertex("Bo");
  g.add_edge(ada, bo);
  g.add_edge(bo, ada);
  CHECK(g.remove_vertex(ada));
  CHECK_FALSE(g.find("Ada"));
  CHECK(g.key(ada) == "Ada");
  CHECK(g.edge_count() == 0);
  const vertex_id again = g.vertex("Ada");
  CHECK(again != ada);
  CHECK(g.find("Ada") == again);
  CHECK(g.vertex("Ada") == again);
  CHECK(problems(g) == "");
}

TEST_CASE("edges are removed by name, by condition and by the span",
          "[graph]") {
  for (const auto kind : kinds) {
    auto g =
        graph::create(anonymous, {.kind = kind,
                                  .payload = payload_type::of<std::uint32_t>(),
                                  .reserve = 64u << 20});
    g.add_vertices(10);
    for (std::uint32_t i = 0; i < 60; ++i) {
      g.add_edge(i % 10, i * 3 % 10, i);
    }
    const edge third{4, g.neighbors(4)[2], 2};
    const auto left = g.payload<std::uint32_t>(third);
    CHECK(g.remove_edge(third));
    std::set<std::uint32_t> there;
    g.for_each_edge(
        [&](const edge& e) { there.insert(g.payload<std::uint32_t>(e)); });
    CHECK(there.size() == 59);
    CHECK(there.count(left) == 0);
    CHECK(g.remove_edge_if([&](const edge& e) {
      return g.payload<std::uint32_t>(e) % 2 == 0;
    }) == 30 - (left % 2 == 0));
    g.for_each_edge(
        [&](const edge& e) { REQUIRE(g.payload<std::uint32_t>(e) % 2 == 1); });
    CHECK(problems(g) == "");
    std::vector<endpoints> all;
    g.for_each_edge([&](const edge& e) {
      all.push_back({e.source, e.target});
    });
    CHECK(g.remove_edges(all) == all.size());
    CHECK(g.edge_count() == 0);
    CHECK(problems(g) == "");
  }
}
