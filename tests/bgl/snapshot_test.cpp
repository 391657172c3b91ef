// tests/bgl/snapshot_test.cpp: algorithms on a snapshot, taken and read while
// threads and processes change the graph, give what they give on a copy of it
// that was made edge by edge.
#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "bgl/answers.hpp"
#include "bgl/kinds.hpp"
#include "support/crew.hpp"
#include "support/in_step.hpp"
#include "support/problems.hpp"
#include "support/shared_words.hpp"

namespace {

using namespace telar::test;
using telar::graph_kind;
using telar::vertex_id;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int looks = 10;
#else
constexpr int looks = 60;
#endif
constexpr vertex_id vertices = 120;
constexpr int writers = 3;
constexpr int changes_a_look = 600;

/// What the test and its writers tell each other.
struct talk {
  shared_words words;
  shared_words::word& look = words[0];  ///< The test's; -1: at its end.
  shared_words::word& changes = words[1];

  /// Begins a look when writers are in the midst of their shares.
  void begin(int i) {
    const std::int64_t enough = changes.load() + changes_a_look / 2;
    const auto deadline = std::chrono::steady_clock::now() + watchdog_limit;
    look.store(i);
    while (changes.load() < enough) {
      require(std::chrono::steady_clock::now() < deadline, "nobody writes");
      std::this_thread::yield();
    }
  }
};

/// Inserts and removes edges, clears vertices and changes weights, a share for
/// each look of the test.
void write(telar::graph& g, std::mt19937_64 random, talk& with) {
  const auto any = [&] { return static_cast<vertex_id>(random() % vertices); };
  change_in_step(with.look, changes_a_look, [&] {
    with.changes.fetch_add(1);
    const vertex_id v = any();
    if (random() % 200 == 0) {
      g.clear_vertex(v);
    } else if (g.degree(v) > 12) {
      g.remove_edge(v, g.neighbors(v)[random() % 4]);
    } else if (g.degree(v) > 0 && random() % 4 == 0) {
      const vertex_id u = g.neighbors(v)[0];
      g.set(telar::edge{v, u, 0}, static_cast<double>(random() % 9));
    } else {
      g.add_edge(v, random() % 8 == 0 ? v : any(), 1.0);
    }
  });
}

/// The snapshot's edges, one after the other, in a graph of Boost's.
template <typename Kind>
auto frozen(const telar::snapshot& then) {
  typename twins<Kind>::their_graph copy(then.vertex_count());
  then.for_each_edge([&](const telar::edge& e) {
    add_edge(e.source, e.target, then.payload<double>(e), copy);
  });
  return copy;
}

/// Three edges between three vertices; parallel ones count each.
template <typename Graph>
std::uint64_t triangles(const Graph& g) {
  std::uint64_t found = 0;
  for (auto [e, end] = edges(g); e != end; ++e) {
    const auto from = static_cast<vertex_id>(source(*e, g));
    const auto to = static_cast<vertex_id>(target(*e, g));
    const auto u = std::min(from, to);
    const auto v = std::max(from, to);
    if (u == v) continue;
    for (auto [first, last] = adjacent_vertices(v, g); first != last; ++first) {
      if (*first <= v) continue;
      const auto [near, far] = adjacent_vertices(u, g);
      found += static_cast<std::uint64_t>(std::count(near, far, *first));
    }
  }
  return found;
}

/// Returns how many triangles there are.
template <typename Kind>
std::uint64_t require_as_frozen(
    const telar::bgl::snapshot<Kind::kind, double>& then) {
  const auto copy = frozen<Kind>(then.handle());
  require(num_edges(then) == num_edges(copy), "edges are counted otherwise");
  require(all_edges(then) == all_edges(copy), "edges or weights differ");
  require(bfs_distances(then) == bfs_distances(copy),
          "a search finds other distances");
  const auto found = triangles(then);
  require(found == triangles(copy), "other triangles are found");
  const auto ours = ranks(then);
  const auto theirs = ranks(copy);
  for (std::size_t v = 0; v < ours.size(); ++v) {
    require(ours[v] == Approx(theirs[v]), "a vertex has another rank");
  }
  return found;
}

}  // namespace

TEMPLATE_TEST_CASE(
    "algorithms on a snapshot beside writers find what a frozen copy has",
    "[bgl][concurrent][process]", undirected, bidirectional) {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  CAPTURE(kind);
  const seeded_random random;
  telar::graph_options options;
  options.kind = TestType::kind;
  options.payload = telar::payload_type::of<double>();
  options.reserve = std::uint64_t{1} << 30;
  auto g = telar::graph::create(telar::anonymous, options);
  g.add_vertices(vertices);

  talk with;
  crew changing(kind, writers,
                [&](int worker) { write(g, random.engine_for(worker), with); });
  std::uint64_t found = 0;
  try {
    for (int i = 0; i < looks; ++i) {
      with.begin(i);
      const telar::bgl::snapshot<TestType::kind, double> then(g.snapshot());
      found += require_as_frozen<TestType>(then);
    }
  } catch (...) {
    with.look.store(-1);
    throw;
  }
  with.look.store(-1);
  CHECK(changing.finish());
  CHECK(found > 0);
  CHECK(problems(g) == "");
}

TEMPLATE_TEST_CASE("a copy of a graph that others change is of one moment",
                   "[bgl][concurrent][process]", undirected, bidirectional) {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  CAPTURE(kind);
  const seeded_random random;
  telar::bgl::graph<TestType::kind, double> g(vertices);
  talk with;
  crew changing(kind, writers, [&](int worker) {
    write(g.handle(), random.engine_for(worker), with);
  });
  try {
    for (int i = 0; i < looks / 2; ++i) {
      with.begin(i);
      const auto copy = g;
      require(problems(copy.handle()) == "", "a copy is damaged");
      require(num_edges(copy) == all_edges(copy).size(), "an edge is missing");
    }
  } catch (...) {
    with.look.store(-1);
    throw;
  }
  with.look.store(-1);
  CHECK(changing.finish());
}

TEST_CASE("a child of fork searches the snapshot of its parent",
          "[bgl][process]") {
  seeded_random random;
  const auto both = random_twins<undirected>(random);
  const auto then = both.snapshot();
  const auto expected = bfs_distances(both.theirs);
  auto child =
      start_process([&] { return bfs_distances(then) == expected ? 0 : 1; });
  CHECK(child.wait() == 0);
}

TEST_CASE("what is copied of a snapshot keeps it", "[bgl]") {
  seeded_random random;
  auto both = random_twins<bidirectional>(random);
  const auto before = all_edges(both.theirs);
  telar::bgl::snapshot<graph_kind::bidirectional, double> kept;
  CHECK(num_vertices(kept) == 0);
  CHECK(num_edges(kept) == 0);
  {
    auto taken = both.snapshot();
    kept = std::move(taken);
    CHECK(num_vertices(taken) == num_vertices(kept));  // NOLINT: no move
  }
  remove_edge_if([](const auto&) { return true; }, both.ours);
  CHECK(num_edges(both.ours) == 0);
  CHECK(all_edges(kept) == before);
}
