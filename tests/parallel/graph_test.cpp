// Graphs on their way to tasks.
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "parallel/backends.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::uint64_t reserve = 256u << 20;

const auto any_backend = [] {
  return GENERATE(backend::sequential, backend::threads, backend::processes,
                  backend::workers);
};

/// The notebook's graph: {1: 2 3 4, 2: 1 3, 3: 1 2, 4: 1, 5: }.
void weave(graph& g) {
  g.add_vertices(6);
  for (const auto& [u, v] :
       std::vector<endpoints>{{1, 2}, {1, 3}, {1, 4}, {2, 3}}) {
    g.add_edge(u, v);
  }
}

const auto connect = [](vertex_id v, graph_ref g) {
  g->add_edge(v, 5);
  return g->degree(5);
};

std::set<vertex_id> around(const graph& g, vertex_id v) {
  const auto all = g.neighbors(v);
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("workers of every backend write the one shared graph",
          "[parallel][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  const placed where(
      GENERATE(placement::shared, placement::file, placement::anonymous));
  CAPTURE(who);
  auto g = graph::create(where, {.reserve = reserve});
  weave(g);
  const graph_ref ref(g);
  parallel::worker_pool pool(who.options());
  pool.for_each(connect, std::vector<vertex_id>{1, 2, 3}, ref);
  CHECK(around(g, 1) == std::set<vertex_id>{2, 3, 4, 5});
  CHECK(around(g, 2) == std::set<vertex_id>{1, 3, 5});
  CHECK(around(g, 3) == std::set<vertex_id>{1, 2, 5});
  CHECK(around(g, 4) == std::set<vertex_id>{1});
  CHECK(around(g, 5) == std::set<vertex_id>{1, 2, 3});
  CHECK(problems(g) == "");
}

TEST_CASE("of an isolated graph, each process changes its own copy",
          "[parallel][process]") {
  const team who{GENERATE(backend::processes, backend::workers), 4};
  CAPTURE(who);
  auto g = graph::create(isolated, {.reserve = reserve});
  weave(g);
  const graph_ref ref(g);
  parallel::worker_pool pool(who.options());
  const auto degrees = pool.map(connect, std::vector<vertex_id>{1, 2, 3}, ref);
  // As many as this process made by itself, before or after others of its own.
  for (const auto degree : degrees) CHECK((degree >= 1 && degree <= 3));
  CHECK(g.degree(5) == 0);
  CHECK(g.edge_count() == 4);
  CHECK(problems(g) == "");
}

TEST_CASE("a graph that is newer than the workers opens by its name",
          "[parallel][process]") {
  const placed where(GENERATE(placement::shared, placement::file));
  parallel::worker_pool pool({.workers = 2});
  auto g = graph::create(where, {.reserve = reserve});
  weave(g);
  const graph_ref ref(g);
  for (int call = 0; call < 3; ++call) {
    pool.for_each(connect, std::vector<vertex_id>{1, 2, 3}, ref);
  }
  CHECK(g.degree(5) == 9);
  // Another graph of that name is not taken for it.
  graph::remove(where);
  auto other = graph::create(where, {.reserve = reserve});
  parallel::worker_pool late({.workers = 1});
  const graph_ref again(other);
  weave(other);
  late.for_each(connect, std::vector<vertex_id>{1}, again);
  CHECK(other.degree(5) == 1);
  CHECK(g.degree(5) == 9);
}

TEST_CASE("a graph without a name that is newer than the workers is refused",
          "[parallel][process][error]") {
  parallel::worker_pool pool({.workers = 2});
  auto g = graph::create(GENERATE(placement::anonymous, placement::isolated),
                         {.reserve = reserve});
  weave(g);
  const failure found = failure_of([&] {
    return pool.map(connect, std::vector<vertex_id>{1}, graph_ref(g)).size();
  });
  CHECK(found.code == errc::not_found);
  CHECK_THAT(found.message, Catch::Contains("before the worker_pool"));
}

TEST_CASE("a name that stands for another graph now is refused",
          "[parallel][process][error]") {
  const placed where(placement::shared);
  parallel::worker_pool pool({.workers = 1});
  auto g = graph::create(where, {.reserve = reserve});
  const graph_ref ref(g);
  graph::remove(where);
  auto other = graph::create(where, {.reserve = reserve});
  other.add_vertices(6);
  CHECK(failure_of([&] {
          return pool.map(connect, std::vector<vertex_id>{1}, ref).size();
        }).code == errc::incompatible);
  CHECK(other.edge_count() == 0);
}

TEST_CASE("references of one process do not stand for graphs of another",
          "[parallel][process]") {
  // The worker and its parent make their first reference each, of two graphs.
  static const placed theirs(placement::shared);
  parallel::worker_pool pool({.workers = 1});
  const std::vector<graph_ref> made = pool.map(
      [](int) {
        static auto own = graph::create(theirs, {.reserve = reserve});
        own.add_vertices(6);
        const graph_ref ref(own);
        ref->add_edge(0, 1);
        return ref;
      },
      std::vector{0});
  const placed where(placement::shared);
  auto g = graph::create(where, {.reserve = reserve});
  g.add_vertices(6);
  const graph_ref ref(g);
  pool.for_each(connect, std::vector<vertex_id>{1, 2}, ref);
  CHECK(g.edge_count() == 2);
  CHECK(made[0]->edge_count() == 1);  // opened here, by its name
  made[0]->add_edge(1, 2);
  CHECK(g.edge_count() == 2);
}

TEST_CASE("a graph_ref is plain bytes that stand for the same handle again",
          "[parallel][process]") {
  STATIC_REQUIRE(std::is_trivially_copyable_v<graph_ref>);
  auto g = graph::create(anonymous, {.reserve = reserve});
  const graph_ref ref(g);
  CHECK(&ref.get() == &g);
  parallel::worker_pool pool({.workers = 1});
  // In a worker, too, nothing is opened again for it.
  const auto same = pool.map(
      [](int, graph_ref copy) {
        const graph_ref again = copy;
        return &again.get() == &copy.get() ? 1 : 0;
      },
      std::vector{0}, ref);
  CHECK(same == std::vector{1});
}
