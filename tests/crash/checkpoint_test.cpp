// Killed while it writes a checkpoint over an older one.
#include <cstdio>
#include <filesystem>

#include <catch2/catch.hpp>

#include <telar/checkpoint.hpp>
#include <telar/snapshot.hpp>

#include "crash/everywhere.hpp"
#include "support/problems.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::uint64_t reserve = 16 << 20;
constexpr std::uint64_t old_vertices = 5;
constexpr std::uint64_t new_vertices = 12;

graph graph_of(std::uint64_t vertices) {
  auto g = graph::create(anonymous, {.payload = payload_type::of<double>(),
                                     .keys = key_kind::string,
                                     .reserve = reserve});
  for (std::uint64_t i = 0; i < vertices; ++i) {
    const vertex_id v = g.vertex(std::to_string(i));
    g.add_edge(v, v / 2, 0.5 * v);
  }
  return g;
}

/// Whether it is the newer one; it is whole in any case.
bool is_new(const std::string& path) {
  const auto saved = checkpoint::open(path);
  saved.verify();
  require(saved.edge_count() == saved.vertex_count(), "other edges");
  require(saved.vertex_count() == old_vertices ||
              saved.vertex_count() == new_vertices,
          "other vertices");
  return saved.vertex_count() == new_vertices;
}

}  // namespace

TEST_CASE(
    "killed at any moment, who writes a checkpoint leaves the older one "
    "whole, or the new one",
    "[crash][process]") {
  require_tracing();
  const temporary_folder folder("checkpoint");
  const std::string path = (folder.path() / "saved").string();
  process child = start_process([&] {
    graph_of(old_vertices).checkpoint(path);
    const graph g = graph_of(new_vertices);
    bool seen = false;
    const auto kills = kill_everywhere(
        [&] { g.checkpoint(path); },
        [&](bool acknowledged) {
          const bool now = is_new(path);
          require(now || (!seen && !acknowledged), "it is the older one again");
          seen = now;
          // Between its two names it has another one.
          require(files_in(folder.path()) <= 2, "something else is left");
        });
    require(files_in(folder.path()) == 1, "something else is left");
    require(problems(g).empty(), "the graph is damaged");
    std::printf("%llu kills in checkpoint\n", (unsigned long long)kills);
    return 0;
  });
  CHECK(wait_for(child) == 0);
}
