// Replaced blocks: held back for whoever may be reading them, then reused.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <unistd.h>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "support/crew.hpp"
#include "support/failure.hpp"
#include "support/problems.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;
using detail::block_of;

namespace {

constexpr std::uint64_t reserve = 256u << 20;

std::uint64_t block_of_vertex(const graph& g, vertex_id v) {
  return block_of(detail::core::of(g).memory.word(0, v).load());
}

/// Gives each of `count` new vertices five neighbours: a block of four is
/// taken, and retired again.
std::set<std::uint64_t> blocks_taken_by(graph& g, int count) {
  std::set<std::uint64_t> small;
  for (int i = 0; i < count; ++i) {
    const vertex_id v = g.add_vertex();
    g.add_edge(v, 0);
    small.insert(block_of_vertex(g, v));
    for (int more = 0; more < 4; ++more) g.add_edge(v, 0);
  }
  return small;
}

graph_options directed(std::uint64_t limit = 0) {
  return {.kind = graph_kind::directed, .reserve = reserve, .limit = limit};
}

/// Inserts until there is no memory left; how that was said.
std::string fill(graph& g) {
  for (vertex_id i = 0;; ++i) {
    const failure full = failure_of([&] { return g.add_edge(i % 100, 0); });
    if (full.code == errc{}) continue;
    CHECK(full.code == errc::no_space);
    return full.message;
  }
}

}  // namespace

TEST_CASE("a block that a reader may see is not reused before it refreshes",
          "[adjacency][graph]") {
  const segment_name name("held");
  auto g = graph::create(name, directed());
  // Another handle of this process is another participant.
  auto reader = graph::open(name);
  g.add_vertices(4);
  for (vertex_id v = 0; v < 4; ++v) g.add_edge(0, v);

  const auto held = reader.neighbors(0);
  const std::uint64_t block = block_of_vertex(g, 0);
  g.add_edge(0, 0);
  REQUIRE(block_of_vertex(g, 0) != block);
  CHECK_FALSE(blocks_taken_by(g, 2000).contains(block));
  CHECK(std::equal(held.begin(), held.end(),
                   std::vector<vertex_id>{0, 1, 2, 3}.begin()));

  reader.refresh();
  CHECK(blocks_taken_by(g, 2000).contains(block));
  CHECK(problems(g) == "");
}

TEST_CASE("a reader's own next change ends its hold, too",
          "[adjacency][graph]") {
  const segment_name name("changed");
  auto g = graph::create(name, directed());
  auto reader = graph::open(name);
  g.add_vertices(4);
  for (vertex_id v = 0; v < 4; ++v) g.add_edge(0, v);
  (void)reader.neighbors(0);
  const std::uint64_t block = block_of_vertex(g, 0);
  g.add_edge(0, 0);
  (void)blocks_taken_by(g, 500);

  reader.add_edge(1, 1);
  CHECK(blocks_taken_by(g, 2000).contains(block));
  CHECK(problems(g) == "");
}

TEST_CASE("without readers, memory of replaced blocks is used again",
          "[adjacency][graph]") {
  auto g = graph::create(anonymous, directed());
  const std::size_t vertices = 5000;
  // Nearly every vertex finds the block that another has left.
  CHECK(blocks_taken_by(g, static_cast<int>(vertices)).size() < vertices / 4);
  CHECK(problems(g) == "");
}

TEST_CASE("a reader that has ended or was closed holds nothing back",
          "[adjacency][graph]") {
  const segment_name name("ended");
  auto g = graph::create(name, directed());
  g.add_vertices(4);
  for (vertex_id v = 0; v < 4; ++v) g.add_edge(0, v);
  const std::uint64_t block = block_of_vertex(g, 0);
  {
    auto reader = graph::open(name);
    (void)reader.neighbors(0);
  }
  process killed = start_process([&] {
    (void)g.neighbors(0);
    return 0;  // without detaching
  });
  REQUIRE(wait_for(killed) == 0);
  g.add_edge(0, 0);
  CHECK(blocks_taken_by(g, 2000).contains(block));
  CHECK(problems(g) == "");
}

TEST_CASE("no_space that a reader causes names the reader",
          "[adjacency][graph][error]") {
  const segment_name name("pinned");
  auto g = graph::create(name, directed(std::uint64_t{1} << 20));
  g.add_vertices(100);
  g.add_edge(0, 1);
  auto reader = graph::open(name);
  (void)reader.neighbors(0);

  const std::string message = fill(g);
  CHECK_THAT(message, Catch::Contains(name.text()));
  CHECK_THAT(message, Catch::Contains("limit"));
  CHECK_THAT(message, Catch::Contains(std::to_string(::getpid())) &&
                          Catch::Contains("refresh"));
  const std::uint64_t edges = g.edge_count();
  CHECK(problems(g) == "");

  reader.refresh();
  (void)fill(g);
  CHECK(g.edge_count() > edges);
  CHECK(problems(g) == "");
}

TEST_CASE("no_space without readers names nobody",
          "[adjacency][graph][error]") {
  auto g = graph::create(anonymous, directed(std::uint64_t{1} << 20));
  g.add_vertices(100);
  CHECK_THAT(fill(g), !Catch::Contains("refresh"));
  CHECK(problems(g) == "");
}

TEST_CASE("spans stay as they are while writers replace their blocks",
          "[adjacency][graph][concurrent][process]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  constexpr vertex_id changes = 5'000;
#else
  constexpr vertex_id changes = 50'000;
#endif
  constexpr vertex_id vertices = 64;
  auto g = graph::create(anonymous, directed());
  g.add_vertices(vertices);
  crew all(crew_of, 4, [&](int worker) {
    if (worker < 2) {
      // Entry i of a writer's vertices is i: any reuse would show.
      for (vertex_id i = 0; i < changes; ++i) {
        const vertex_id v = 2 * (i % (vertices / 2)) + vertex_id(worker);
        g.add_edge(v, g.degree(v) % vertices);
      }
      return;
    }
    for (vertex_id look = 0; look < changes / 8; ++look) {
      std::vector<std::span<const vertex_id>> spans;
      for (vertex_id v = 0; v < 8; ++v) {
        spans.push_back(g.neighbors((look + v) % vertices));
      }
      for (const auto span : spans) {
        for (std::size_t i = 0; i < span.size(); ++i) {
          require(span[i] == i % vertices, "a block was reused too early");
        }
      }
      g.refresh();
    }
  });
  CHECK(all.finish());
  CHECK(g.edge_count() == 2 * changes);
  CHECK(problems(g) == "");
}
