// Many writers and readers on one graph: threads, and processes.
#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/crew.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int edges_each = 3'000;
#else
constexpr int edges_each = 30'000;
#endif
constexpr vertex_id vertices = 300;

std::vector<endpoints> edges_of(std::mt19937_64 engine) {
  std::vector<endpoints> edges(edges_each);
  for (auto& [source, target] : edges) {
    source = static_cast<vertex_id>(engine() % vertices);
    // A third of the edges meet at one hub.
    target =
        engine() % 3 == 0 ? 0 : static_cast<vertex_id>(engine() % vertices);
  }
  return edges;
}

using edge_counts = std::map<std::pair<vertex_id, vertex_id>, int>;

edge_counts count_edges(const graph& g) {
  edge_counts all;
  g.for_each_edge([&](const edge& e) {
    const bool turn = g.kind() == graph_kind::undirected && e.target < e.source;
    ++all[turn ? std::pair(e.target, e.source) : std::pair(e.source, e.target)];
  });
  return all;
}

edge_counts expected_edges(const seeded_random& random, int workers,
                           const graph& g) {
  edge_counts all;
  for (int worker = 0; worker < workers; ++worker) {
    for (auto [source, target] : edges_of(random.engine_for(worker))) {
      if (g.kind() == graph_kind::undirected && target < source) {
        std::swap(source, target);
      }
      int& count = all[{source, target}];
      count = g.parallel() == parallel_edges::forbid ? 1 : count + 1;
    }
  }
  return all;
}

}  // namespace

TEST_CASE("writers at once lose no edge and add none",
          "[graph][concurrent][process][model]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto parallel = GENERATE(parallel_edges::allow, parallel_edges::forbid);
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  constexpr int workers = 4;
  const seeded_random random;
  graph_options options;
  options.kind = kind;
  options.parallel = parallel;
  options.payload = payload_type::of<std::uint64_t>();
  options.reserve = 1u << 30;
  auto g = graph::create(anonymous, options);
  g.add_vertices(vertices);

  crew writers(crew_of, workers, [&](int worker) {
    const auto edges = edges_of(random.engine_for(worker));
    const auto half = edges.size() / 2;
    for (std::size_t i = 0; i < half; ++i) {
      g.add_edge(edges[i].source, edges[i].target, std::uint64_t{i});
    }
    // The other half as a span: the same edges, the same safety.
    const std::vector<std::uint64_t> payloads(edges.size() - half, 7);
    g.add_edges(std::span(edges).subspan(half), std::span(payloads));
  });
  REQUIRE(writers.finish());

  CHECK(count_edges(g) == expected_edges(random, workers, g));
  CHECK(problems(g) == "");
}

TEST_CASE("what a reader holds never changes, and grows from look to look",
          "[graph][concurrent][process]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  const seeded_random random;
  auto g = graph::create(anonymous, {.reserve = 1u << 30});
  g.add_vertices(vertices);

  crew workers(crew_of, 4, [&](int worker) {
    if (worker < 2) {
      for (const auto [u, v] : edges_of(random.engine_for(worker))) {
        g.add_edge(u, v);
      }
      return;
    }
    std::vector<vertex_id> seen;
    for (int look = 0; look < 300; ++look) {
      const auto v = static_cast<vertex_id>(look % 5);
      if (v == 0) seen.clear();
      const auto held = g.neighbors(v);
      const std::vector<vertex_id> first(held.begin(), held.end());
      for (const vertex_id u : first) require(u < vertices, "a torn entry");
      const auto later = g.neighbors(v);
      require(later.size() >= held.size(), "an adjacency shrank");
      require(std::equal(first.begin(), first.end(), held.begin()),
              "a held span changed");
      require(std::equal(first.begin(), first.end(), later.begin()),
              "an entry moved");
      if (look % 10 == 0) g.refresh();
    }
  });
  REQUIRE(workers.finish());
  CHECK(problems(g) == "");
}

TEST_CASE("unrelated processes grow one named graph from its first page",
          "[graph][process]") {
  const segment_name name("grown");
  auto g =
      graph::create(name, {.kind = graph_kind::directed, .reserve = 1u << 30});
  CHECK(g.info().bytes_committed <= 64 * 1024);

  crew workers(crew_kind::processes, 4, [&](int) {
    auto mine = graph::open(name);  // as a program that knows only the name
    for (int i = 0; i < 20'000; ++i) {
      const vertex_id v = mine.add_vertex();
      mine.add_edge(v, v / 2);
    }
  });
  REQUIRE(workers.finish());

  CHECK(g.vertex_count() == 80'000);
  CHECK(g.edge_count() == 80'000);
  CHECK(problems(g) == "");
}

TEST_CASE("threads and processes mix", "[graph][process]") {
  auto g = graph::create(anonymous, {.reserve = 1u << 30});
  g.add_vertices(vertices);
  const seeded_random random;
  crew families(crew_kind::processes, 3, [&](int family) {
    crew threads(crew_kind::threads, 2, [&](int thread) {
      for (const auto [u, v] :
           edges_of(random.engine_for(family * 2 + thread))) {
        g.add_edge(u, v);
      }
    });
    require(threads.finish(), "a thread failed");
  });
  REQUIRE(families.finish());
  CHECK(count_edges(g) == expected_edges(random, 6, g));
  CHECK(problems(g) == "");
}

TEST_CASE("a vertex exists for whoever hears of it", "[graph][concurrent]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  auto g = graph::create(anonymous, {.reserve = 1u << 30});
  g.add_vertices(1);
  crew workers(crew_of, 4, [&](int) {
    for (int i = 0; i < 2'000; ++i) {
      const vertex_id first = g.add_vertices(3);
      require(g.degree(first + 2) == 0, "a new vertex has edges");
      g.add_edge(first, first + 2);
      const auto near = g.neighbors(0);
      if (!near.empty()) (void)g.degree(near.back());
      g.add_edge(0, first + 1);
    }
  });
  REQUIRE(workers.finish());
  CHECK(g.vertex_count() == 1 + 4 * 2'000 * 3);
  CHECK(g.degree(0) == 4 * 2'000);
  CHECK(problems(g) == "");
}
