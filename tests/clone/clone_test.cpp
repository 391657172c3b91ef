// Copies of graphs: what they are, where they are, and what they share.
#include <catch2/catch.hpp>

#include <telar/snapshot.hpp>

#include "adjacency/vertex_edit.hpp"
#include "clone/random_graph.hpp"
#include "clone/same.hpp"
#include "support/failure.hpp"
#include "support/held_vertex.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

constexpr std::uint64_t reserve = 64u << 20;

template <typename Payload>
graph_options options_of(graph_kind kind, key_kind keys,
                         parallel_edges parallel) {
  graph_options made;
  made.kind = kind;
  made.payload = payload_type::of<Payload>();
  made.keys = keys;
  made.parallel = parallel;
  made.reserve = reserve;
  return made;
}

}  // namespace

TEMPLATE_TEST_CASE(
    "a clone is what the graph is, in any placement, and lives on its own",
    "[clone]", void, double, triple, std::uint8_t) {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto keys = GENERATE(key_kind::none, key_kind::u64, key_kind::string);
  const auto parallel = GENERATE(parallel_edges::allow, parallel_edges::forbid);
  const auto from = GENERATE(placement::shared, placement::isolated);
  CAPTURE(to_string(kind), to_string(keys), to_string(parallel));
  seeded_random random;
  const placed here(from);
  auto g = graph::create(here, options_of<TestType>(kind, keys, parallel));
  fill<TestType>(g, random);
  const auto then = g.snapshot();

  for (const auto to : {placement::shared, placement::file,
                        placement::anonymous, placement::isolated}) {
    const placed there(to);
    auto copy = then.clone(there, {.reserve = reserve});
    CHECK(copy.placement() == to);
    REQUIRE(problems(copy) == "");
    REQUIRE_NOTHROW(require_same<TestType>(then, copy));

    // Neither knows the other.
    add_random_edge<TestType>(copy, 1, 2, random);
    fill<TestType>(copy, random);
    add_random_edge<TestType>(g, 2, 3, random);
    REQUIRE(problems(copy) == "");
    REQUIRE_NOTHROW(require_same<TestType>(
        then, then.clone(isolated, {.reserve = reserve})));
    if (to > placement::file) continue;
    const auto opened = graph::open(there);
    CHECK(opened.edge_count() == copy.edge_count());
  }
  CHECK(problems(g) == "");
}

TEST_CASE("an empty graph has a clone, and a clone has clones", "[clone]") {
  const auto g = graph::create(anonymous, {.reserve = reserve});
  const auto once = g.clone(isolated, {.reserve = reserve});
  const auto twice = once.clone(anonymous, {.reserve = reserve});
  CHECK(twice.vertex_count() == 0);
  CHECK(problems(twice) == "");
}

TEST_CASE("ids of removed vertices are used again in a clone, too", "[clone]") {
  auto g = graph::create(anonymous, {.reserve = reserve});
  g.add_vertices(5);
  g.add_edge(2, 3);
  g.remove_vertex(2);
  auto copy = g.clone(anonymous, {.reserve = reserve});
  CHECK(copy.is_removed(2));
  CHECK(failure_of([&] { return copy.add_edge(1, 2); }).code ==
        errc::bad_argument);
  CHECK(copy.add_vertex() == 2);
  CHECK(copy.vertex_count() == 5);
  CHECK(problems(copy) == "");
}

TEST_CASE("a vertex that is being removed is removed in a clone", "[clone]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  auto g = graph::create(anonymous, {.kind = kind,
                                     .payload = payload_type::of<int>(),
                                     .keys = key_kind::string,
                                     .reserve = reserve});
  for (const char* key : {"a", "b", "c"}) (void)g.vertex(key);
  g.add_edge(0, 1, 1);
  g.add_edge(1, 2, 2);
  g.add_edge(2, 0, 3);
  g.add_edge(1, 1, 4);
  auto& c = detail::core::of(g);
  detail::vertex_editor by(c.memory, c.who, c.space, c.wait);
  std::uint64_t removed = 0;
  detail::word64& key = c.keys.removal_word(1, removed);
  REQUIRE(by.mark(1, &key, removed));
  CHECK(g.vertex("b") == 3);

  auto copy = g.clone(anonymous, {.reserve = reserve});
  CHECK(problems(copy) == "");
  CHECK(copy.is_removed(1));
  CHECK(copy.find("b") == 3);
  CHECK(copy.edge_count() == 1);
  CHECK(copy.payload<int>(copy.find_edge(2, 0).value()) == 3);
  by.finish(1);
  CHECK(problems(g) == "");
}

TEST_CASE("payloads that two ends disagree about agree in a clone", "[clone]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  auto g =
      graph::create(anonymous, {.kind = kind,
                                .payload = payload_type::of<std::uint32_t>(),
                                .reserve = reserve});
  g.add_vertices(3);
  for (std::uint32_t i = 0; i < 4; ++i) g.add_edge(0, 1, i);
  g.add_edge(1, 1, std::uint32_t{9});
  // As it is while set_unversioned is between the two ends.
  const auto there = kind == graph_kind::undirected
                         ? g.half_edges<std::uint32_t>(1)
                         : g.in_half_edges<std::uint32_t>(1);
  const_cast<std::uint32_t&>(there.payloads[2]) = 77;
  CHECK(problems(g) != "");
  const auto copy = g.clone(anonymous, {.reserve = reserve});
  CHECK(problems(copy) == "");
  CHECK(copy.payload<std::uint32_t>({0, 1, 2}) == 2);
}

TEST_CASE("a clone that cannot be made leaves nothing", "[clone][error]") {
  auto g = graph::create(anonymous, {.reserve = reserve});
  g.add_vertices(100'000);
  for (vertex_id v = 0; v < 100'000; ++v) g.add_edge(v, v / 2);
  const placed there(placement::shared);

  CHECK(failure_of([&] {
          return g.clone(there, {.reserve = reserve, .limit = 1u << 20});
        }).code == errc::no_space);
  CHECK(failure_of([&] { return graph::open(there); }).code == errc::not_found);

  std::uint64_t told = 0;
  CHECK_THROWS_AS(
      g.clone(there, {.reserve = reserve,
                      .progress =
                          [&](std::uint64_t done, std::uint64_t of) {
                            told = done;
                            if (done > of / 2) throw 1;
                          }}),
      int);
  CHECK(told > 0);
  CHECK(failure_of([&] { return graph::open(there); }).code == errc::not_found);

  const auto copy = g.clone(there, {.reserve = reserve});
  CHECK(failure_of([&] { return g.clone(there, {.reserve = reserve}); }).code ==
        errc::exists);
  CHECK(problems(graph::open(there)) == "");
}
