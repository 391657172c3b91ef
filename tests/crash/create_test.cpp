// Killed while it makes or removes a graph.
#include <cstdio>
#include <filesystem>
#include <functional>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "crash/everywhere.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// Whether the graph is there; if so, it is sound.
bool is_there(const location& where) {
  try {
    const graph found = graph::open(where);
    require(problems(found).empty(), "there is a graph, but not a sound one");
    require(found.payload().size == sizeof(double), "it is another graph");
    return true;
  } catch (const error& absent) {
    require(absent.code() == errc::not_found, absent.what());
    return false;
  }
}

/// Creates and removes a graph there, killed everywhere.  `nothing_else`: there
/// is no residue, whether the graph is there or not.
void try_at(const location& where,
            const std::function<void(bool there)>& nothing_else) {
  graph_options options;
  options.reserve = 16 << 20;
  options.payload = payload_type::of<double>();
  bool there = false;
  const auto created = kill_everywhere(
      [&] { (void)graph::create(where, options); },
      [&](bool acknowledged) {
        const bool now = is_there(where);
        require(now || (!there && !acknowledged), "a graph is there no more");
        there = now;
        nothing_else(there);
      });
  const auto removed = kill_everywhere(
      [&] { (void)graph::remove(where); },
      [&](bool acknowledged) {
        const bool now = is_there(where);
        require(!now || (there && !acknowledged), "a graph is there again");
        there = now;
        nothing_else(there);
      });
  std::printf("%llu kills in create, %llu in remove\n",
              (unsigned long long)created, (unsigned long long)removed);
}

}  // namespace

TEST_CASE(
    "killed at any instruction, who creates a graph leaves it whole or not",
    "[crash][process]") {
  require_tracing();
  SECTION("by name") {
    const segment_name name("create");
    process child = start_process([&] {
      try_at(name, [](bool) {});
      return 0;
    });
    CHECK(wait_for(child) == 0);
  }
  SECTION("in a file") {
    const temporary_folder folder("create");
    process child = start_process([&] {
      try_at({(folder.path() / "graph").string()}, [&](bool there) {
        require(files_in(folder.path()) == there,
                "something else is left in the folder");
      });
      return 0;
    });
    CHECK(wait_for(child) == 0);
  }
}
