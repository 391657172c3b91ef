// Killed while it clones a graph.
#include <cstdio>
#include <filesystem>

#include <catch2/catch.hpp>

#include <telar/snapshot.hpp>

#include "crash/everywhere.hpp"
#include "support/problems.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::uint64_t reserve = 16 << 20;

graph small_graph() {
  auto g = graph::create(anonymous, {.payload = payload_type::of<double>(),
                                     .keys = key_kind::string,
                                     .reserve = reserve});
  for (int i = 0; i < 12; ++i) (void)g.vertex(std::to_string(i));
  for (vertex_id v = 0; v < 12; ++v) g.add_edge(v, v / 2, 0.5 * v);
  g.remove_vertex(11);
  return g;
}

void require_whole(const graph& copy, const graph& original) {
  require(problems(copy).empty(), "there is a clone, but not a sound one");
  require(copy.vertex_count() == original.vertex_count() &&
              copy.edge_count() == original.edge_count() && copy.is_removed(11),
          "there is a clone, but not all of it");
}

/// Whether it is there; then it is whole.
bool is_there(const location& where, const graph& original) {
  try {
    require_whole(graph::open(where), original);
    return true;
  } catch (const error& absent) {
    require(absent.code() == errc::not_found, absent.what());
    return false;
  }
}

}  // namespace

TEST_CASE("killed at any moment, who clones a graph leaves it whole or not",
          "[crash][process]") {
  require_tracing();
  const temporary_folder folder("clone");
  const segment_name name("clone");
  const bool in_file = GENERATE(true, false);
  const location where =
      in_file ? location((folder.path() / "graph").string()) : location(name);
  process child = start_process([&] {
    const graph original = small_graph();
    bool there = false;
    const auto kills = kill_everywhere(
        [&] { (void)original.clone(where, {.reserve = reserve}); },
        [&](bool acknowledged) {
          const bool now = is_there(where, original);
          require(now || (!there && !acknowledged), "it is there no more");
          there = now;
          require(files_in(folder.path()) == (in_file && there),
                  "something else is left in the folder");
        });
    require(problems(original).empty(), "the original is damaged");
    std::printf("%llu kills in clone\n", (unsigned long long)kills);
    return 0;
  });
  CHECK(wait_for(child) == 0);
}
