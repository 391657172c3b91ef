// tests/bgl/concurrent_test.cpp: algorithms run on a view of a graph to which
// other threads and processes add vertices and edges.
#include <chrono>
#include <iterator>
#include <stdexcept>
#include <vector>

#include <boost/graph/breadth_first_search.hpp>
#include <catch2/catch.hpp>

#include "bgl/kinds.hpp"
#include "support/crew.hpp"
#include "support/problems.hpp"

namespace {

using namespace telar::test;
using telar::vertex_id;

constexpr vertex_id ring = 200;
constexpr int writers = 3;
constexpr int steps = 1000;

/// 0 – 1 – … – 199 – 0: what every search finds, whatever else is added.
telar::graph make_ring(telar::graph_kind kind) {
  telar::graph_options options;
  options.kind = kind;
  options.reserve = std::uint64_t{1} << 30;
  auto g = telar::graph::create(telar::anonymous, options);
  g.add_vertices(ring);
  for (vertex_id v = 0; v < ring; ++v) g.add_edge(v, (v + 1) % ring);
  return g;
}

/// Adds a vertex a step, edges to and from it, and edges between old ones.
void write(telar::graph& g, std::mt19937_64 random) {
  const auto any = [&] { return static_cast<vertex_id>(random() % ring); };
  for (int i = 0; i < steps; ++i) {
    const vertex_id v = g.add_vertex();
    g.add_edge(any(), v);
    g.add_edge(v, any());
    g.add_edge(any(), any());
  }
}

/// Searches with maps of exactly as many elements as the view has vertices:
/// one more would be out of bounds, which the sanitizer reports.
template <typename View>
void search(const View& view) {
  std::vector<vertex_id> distance(ring, telar::no_vertex);
  distance[0] = 0;
  boost::breadth_first_search(
      view, vertex_id{0},
      boost::visitor(boost::make_bfs_visitor(
          boost::record_distances(distance.data(), boost::on_tree_edge()))));
  for (vertex_id v = 0; v < ring; ++v) {
    require(distance[v] <= v, "an edge of the ring was not seen");
  }
}

template <typename View>
void walk_edges(const View& view) {
  std::size_t seen = 0;
  for (auto [it, end] = edges(view); it != end; ++it, ++seen) {
    require(source(*it, view) < ring && target(*it, view) < ring,
            "an edge to a vertex beyond the bound was seen");
  }
  require(seen >= ring, "an edge of the ring was not seen");
  require(out_degree(0, view) >= 1, "an edge of the ring was not counted");
}

}  // namespace

TEMPLATE_TEST_CASE("searches see a fixed set of vertices while others add more",
                   "[bgl][concurrent]", undirected, directed, bidirectional) {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  CAPTURE(kind);
  seeded_random random;
  auto g = make_ring(TestType::kind);
  const telar::bgl::view<TestType::kind> view(g);

  crew adding(kind, writers,
              [&](int worker) { write(g, random.engine_for(worker)); });
  const auto deadline = std::chrono::steady_clock::now() + watchdog_limit;
  constexpr std::uint64_t all = ring + writers * steps;
  do {
    search(view);
    walk_edges(view);
    g.refresh();
    REQUIRE(std::chrono::steady_clock::now() < deadline);
  } while (g.vertex_count() != all);

  CHECK(adding.finish());
  CHECK(num_vertices(view) == ring);
  CHECK(problems(g) == "");
}

TEMPLATE_TEST_CASE("a copy of a graph that others write is whole",
                   "[bgl][concurrent]", undirected, bidirectional) {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  CAPTURE(kind);
  seeded_random random;
  auto g = make_ring(TestType::kind);

  crew adding(kind, writers,
              [&](int worker) { write(g, random.engine_for(worker)); });
  for (int i = 0; i < 5; ++i) {
    const telar::bgl::view<TestType::kind> view(g);
    const auto before = num_edges(view);
    const telar::bgl::graph<TestType::kind> copy(view);
    // Each writer may be inside an insertion, which is counted before it ends.
    CHECK(num_edges(copy) + writers >= before);
    CHECK(problems(copy.handle()) == "");
    g.refresh();
  }
  CHECK(adding.finish());
}
