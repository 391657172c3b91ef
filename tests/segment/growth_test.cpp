// From the first 64 KiB to the whole reserve.
#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "support/memory.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

graph_options options_of(graph_kind kind, key_kind keys,
                         std::uint64_t reserve) {
  graph_options options;
  options.kind = kind;
  options.keys = keys;
  options.reserve = reserve;
  return options;
}

}  // namespace

TEST_CASE("an empty graph takes at most 64 KiB", "[segment][growth]") {
  const placed where(GENERATE(placement::shared, placement::file));
  const auto keys = GENERATE(key_kind::none, key_kind::u64, key_kind::string);
  const auto g =
      graph::create(where, options_of(graph_kind::bidirectional, keys, 0));
  const graph_info info = g.info();
  CHECK(info.bytes_committed <= 64 * 1024);
  CHECK(info.bytes_used <= info.bytes_committed);
  CHECK(bytes_on_disk(where.path()) <= 64 * 1024);
  CHECK(problems(g) == "");
  CHECK(bytes_on_disk(where.path()) <= 64 * 1024);
}

TEST_CASE("what is committed is what the file system has set aside",
          "[segment][growth]") {
  const placed where(placement::shared);
  const auto keys = GENERATE(key_kind::none, key_kind::string);
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  auto g = graph::create(where, options_of(kind, keys, 256u << 20));
  for (vertex_id i = 0; i < 20'000; ++i) {
    const vertex_id v =
        keys == key_kind::none ? g.add_vertex() : g.vertex(std::to_string(i));
    g.add_edge(v, v / 2);
    if (i % 4'000 != 0) continue;
    const graph_info info = g.info();
    REQUIRE(bytes_on_disk(where.path()) == info.bytes_committed);
    REQUIRE(info.bytes_used <= info.bytes_committed);
    REQUIRE(info.bytes_committed <= info.bytes_reserved);
  }
  // Reading everything touches nothing that is not committed: the page would
  // be missing when the file system is full.
  g.for_each_edge([](const edge&) {});
  g.populate();
  CHECK(problems(g) == "");
  CHECK(bytes_on_disk(where.path()) == g.info().bytes_committed);
}

TEST_CASE("edges are added up to the reserve, and then refused with its size",
          "[segment][growth]") {
  const auto placing = GENERATE(placement::anonymous, placement::isolated);
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  CAPTURE(placing);
  auto g = graph::create(placing, options_of(kind, key_kind::none, 16u << 20));
  g.add_vertices(300);
  const std::string message = insert_until_full(g);
  CHECK_THAT(message, Contains(g.name()) && Contains("16 MiB") &&
                          Contains("larger reserve"));
  // Half of the reserve is for edges.  Blocks are half full at worst.
  CHECK(g.edge_count() > (8u << 20) / 8 / 4);
  CHECK(problems(g) == "");

  // Full is not broken: reading goes on, and vertices have room of their own.
  CHECK(g.degree(g.add_vertex()) == 0);
  std::uint64_t entries = 0;
  for (vertex_id v = 0; v < 300; ++v) entries += g.neighbors(v).size();
  CHECK(entries == (kind == graph_kind::undirected ? 2 : 1) * g.edge_count());
  CHECK_THAT(insert_until_full(g), Contains("reserve"));
  CHECK(problems(g) == "");
}

TEST_CASE("vertices are added up to the reserve, and then refused",
          "[segment][growth]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  const std::uint64_t step = GENERATE(1u, 1000u);
  auto g =
      graph::create(anonymous, options_of(kind, key_kind::none, 16u << 20));
  const std::uint64_t most = detail::core::of(g).memory.geometry().max_vertices;
  CHECK_THAT(add_vertices_until_full(g, step),
             Contains(g.name()) && Contains(std::to_string(most)));
  CHECK(g.vertex_count() == most / step * step);

  g.add_edge(0, static_cast<vertex_id>(g.vertex_count() - 1));
  CHECK(g.edge_count() == 1);
  CHECK(problems(g) == "");
}

TEST_CASE("keys are added up to the reserve, and then refused",
          "[segment][growth]") {
  auto g = graph::create(
      anonymous, options_of(graph_kind::directed, key_kind::u64, 16u << 20));
  std::uint64_t key = 0;
  failure found;
  for (; found.code == errc{}; ++key) {
    found = failure_of([&] { return g.vertex(key); });
  }
  --key;  // It was refused.
  CHECK(found.code == errc::no_space);
  CHECK_THAT(found.message, Contains(g.name()));
  CHECK(g.vertex_count() == key);
  CHECK_FALSE(g.find(key));
  CHECK(g.find(key - 1) == key - 1);
  CHECK(problems(g) == "");
}

TEST_CASE("memory that was reserved ahead is not asked for again",
          "[segment][growth]") {
  auto g = graph::create(
      anonymous, options_of(graph_kind::undirected, key_kind::none, 1u << 30));
  constexpr std::uint64_t vertices = 10'000;
  constexpr std::uint64_t edges = 100'000;
  g.reserve(vertices, edges);
  g.populate();
  const std::uint64_t before = g.info().bytes_committed;
  CHECK(g.vertex_count() == 0);
  g.add_vertices(vertices);
  for (std::uint64_t i = 0; i < edges; ++i) {
    g.add_edge(static_cast<vertex_id>(i % vertices),
               static_cast<vertex_id>(i * 7919 % vertices));
  }
  CHECK(g.info().bytes_committed == before);
  CHECK(problems(g) == "");
}

TEST_CASE("more than the reserve cannot be reserved ahead",
          "[segment][growth][error]") {
  auto g = graph::create(
      anonymous, options_of(graph_kind::undirected, key_kind::none, 16u << 20));
  CHECK(failure_of([&] {
          return g.reserve(std::uint64_t{1} << 31, 0), 0;
        }).code == errc::no_space);
  // Also where the bytes of so many edges are more than 64 bits can count.
  const std::uint64_t edges = GENERATE(
      std::uint64_t{1} << 23, std::uint64_t{1} << 62, ~std::uint64_t{0});
  CHECK(failure_of([&] { return g.reserve(0, edges), 0; }).code ==
        errc::no_space);
  CHECK(g.vertex_count() == 0);
  g.add_vertices(10);
  g.add_edge(0, 9);
  CHECK(problems(g) == "");
}
