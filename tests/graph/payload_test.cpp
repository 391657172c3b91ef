// Payloads of all sizes and alignments.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;

namespace {

template <std::size_t Size, std::size_t Alignment>
struct alignas(Alignment) bytes {
  std::array<std::uint8_t, Size> all{};
  friend bool operator==(const bytes&, const bytes&) = default;
};

template <typename T>
T payload_number(std::uint32_t i) {
  T made{};
  auto* byte = reinterpret_cast<std::uint8_t*>(&made);
  for (std::size_t b = 0; b < sizeof made; ++b) {
    byte[b] = static_cast<std::uint8_t>(i + 7 * b + 1);
  }
  return made;
}

template <typename T>
graph graph_with(graph_kind kind) {
  graph_options options;
  options.kind = kind;
  options.payload = payload_type::of<T>();
  options.reserve = 256u << 20;
  auto g = graph::create(anonymous, options);
  g.add_vertices(40);
  return g;
}

}  // namespace

TEMPLATE_TEST_CASE("a payload of any size lies whole at both ends of its edge",
                   "[graph][payload]", std::uint8_t, std::int16_t, float,
                   std::uint64_t, (bytes<3, 1>), (bytes<24, 8>),
                   (bytes<32, 16>), (bytes<4096, 4>)) {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  auto g = graph_with<TestType>(kind);
  // Vertex 0 moves through several sizes of blocks.
  for (std::uint32_t i = 1; i < 40; ++i) {
    const auto done = g.add_edge(0, i, payload_number<TestType>(i));
    REQUIRE(g.template payload<TestType>(done.edge) ==
            payload_number<TestType>(i));
  }
  const auto all = g.template half_edges<TestType>(0);
  REQUIRE(all.payloads.size() == 39);
  CHECK(reinterpret_cast<std::uintptr_t>(all.payloads.data()) %
            alignof(TestType) ==
        0);
  for (std::uint32_t i = 1; i < 40; ++i) {
    REQUIRE(all.targets[i - 1] == i);
    REQUIRE(all.payloads[i - 1] == payload_number<TestType>(i));
    if (kind == graph_kind::directed) continue;
    const auto back = kind == graph_kind::undirected
                          ? g.template half_edges<TestType>(i)
                          : g.template in_half_edges<TestType>(i);
    REQUIRE(back.payloads.size() == 1);
    REQUIRE(back.payloads[0] == payload_number<TestType>(i));
  }
  CHECK(problems(g) == "");
}

TEST_CASE(
    "an edge inserted without its payload has zero bytes, also where "
    "other edges were before",
    "[graph][payload]") {
  auto g = graph_with<std::uint64_t>(graph_kind::undirected);
  for (int round = 0; round < 200; ++round) {
    for (vertex_id v = 1; v < 4; ++v) g.add_edge(0, v, ~std::uint64_t{0});
    const auto done = g.add_edge(0, 5);
    REQUIRE(g.payload<std::uint64_t>(done.edge) == 0);
    const std::vector<endpoints> pair(1, {5, 6});
    REQUIRE(g.add_edges(pair) == 1);
    REQUIRE(g.half_edges<std::uint64_t>(6).payloads.back() == 0);
  }
  CHECK(problems(g) == "");
}

TEST_CASE("parallel edges keep their own payloads, in one order at both ends",
          "[graph][payload]") {
  auto g = graph_with<int>(graph_kind::undirected);
  for (int i = 0; i < 30; ++i) {
    i % 2 ? g.add_edge(3, 7, i) : g.add_edge(7, 3, i);
  }
  const auto here = g.half_edges<int>(3).payloads;
  const auto there = g.half_edges<int>(7).payloads;
  CHECK(std::vector(here.begin(), here.end()) ==
        std::vector(there.begin(), there.end()));
  CHECK(problems(g) == "");
}
