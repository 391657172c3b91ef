// The check beside others, and the check's words about removed vertices,
// versions and bounds.
#include <algorithm>
#include <barrier>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>
#include <telar/snapshot.hpp>

#include "graph/check_live.hpp"
#include "graph/core.hpp"
#include "support/failure.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;
using detail::core;
using detail::get;

namespace {

graph star(graph_options options = {}) {
  options.reserve = 64u << 20;
  auto g = graph::create(anonymous, options);
  for (int i = 0; i < 20; ++i) {
    if (options.keys == key_kind::none) {
      g.add_vertex();
    } else {
      (void)g.vertex(std::to_string(i));
    }
  }
  for (vertex_id v = 1; v < 20; ++v) g.add_edge(0, v);
  REQUIRE(problems(g) == "");
  return g;
}

std::string beside_others(const graph& g) {
  std::string all;
  for (const std::string& one : detail::check_live(g).problems) {
    all += one + '\n';
  }
  return all;
}

detail::queue& removed_of(core& c) {
  return c.who.mine().queues[detail::removed_class];
}

/// The entry of a queue with one bag.
detail::word32& entry_of(core& c, const detail::queue& q, std::uint64_t index) {
  auto& bag = *c.memory.unit_at<detail::bag>(get(q.head_bag));
  return bag.low[index % detail::bag_entries];
}

}  // namespace

TEST_CASE("a check beside others finds what readers would meet",
          "[graph][check]") {
  auto g = star({.kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                                  graph_kind::bidirectional),
                 .keys = key_kind::string});
  core& c = core::of(g);
  g.remove_vertex(19);
  CHECK(beside_others(g) == "");
  SECTION("a lock") {
    c.memory.slot(3).life.__data.__kind ^= 3;
    CHECK_THAT(beside_others(g), Contains("participant 3") && Contains("I16"));
  }
  SECTION("a neighbour that does not exist") {
    auto* const targets = c.memory.unit_at<vertex_id>(
        detail::block_of(c.memory.word(0, 0).load()));
    targets[4] = 77;
    CHECK_THAT(beside_others(g), Contains("names vertex 77") && Contains("I1"));
  }
  SECTION("a key of another vertex") {
    c.memory.key_ref(5) = c.memory.key_ref(6).load();
    CHECK_THAT(beside_others(g), Contains("vertex 5") && Contains("I10"));
  }
  SECTION("a word that leads nowhere") {
    c.memory.word(0, 7) = detail::pack_word(detail::max_units - 1, 3);
    CHECK_THAT(beside_others(g), Contains("(I1)"));
  }
}

TEST_CASE("a check beside others says at most a hundred things",
          "[graph][check]") {
  auto g = star();
  g.add_vertices(300);
  core& c = core::of(g);
  c.memory.slot(3).life.__data.__kind ^= 3;
  for (vertex_id v = 20; v < 300; ++v) {
    c.memory.word(0, v) = detail::pack_word(detail::max_units - 1, 3);
  }
  CHECK(detail::check_live(g).problems.size() == 100);
}

TEST_CASE("of locks, too, at most a hundred are named",
          "[graph][check][concurrent]") {
  auto g = star();
  core& c = core::of(g);
  std::barrier all_there(120);
  std::vector<std::thread> many;
  for (int i = 0; i < 120; ++i) {
    many.emplace_back([&] {
      (void)c.who.mine();
      all_there.arrive_and_wait();
    });
  }
  for (std::thread& one : many) one.join();
  for (std::uint32_t i = 0; i < 120; ++i) {
    c.memory.slot(i).life.__data.__kind ^= 3;
  }
  CHECK(detail::check_live(g).problems.size() == 100);
  CHECK(g.check().problems.size() >= 100);
}

TEST_CASE("a vertex that waits for its reuse, and should not, is found",
          "[graph][check]") {
  auto g = star();
  core& c = core::of(g);
  g.remove_vertex(5);
  g.remove_vertex(6);
  REQUIRE(problems(g) == "");
  detail::queue& waiting = removed_of(c);
  REQUIRE(get(waiting.tail) - get(waiting.head) == 2);
  auto& first = entry_of(c, waiting, get(waiting.head));
  const std::uint32_t before = first;
  SECTION("one that does not exist") {
    first = 99;
    CHECK_THAT(problems(g), Contains("does not exist") && Contains("(I9)"));
    first = before;
    CHECK(problems(g) == "");
    first = 99;
    waiting.ready = get(waiting.tail);
    waiting.seal = get(waiting.tail);
    CHECK(failure_of([&] { return g.add_vertex(); }).code == errc::corrupt);
  }
  SECTION("one that was not removed") {
    first = 7;
    CHECK_THAT(problems(g), Contains("was not removed") && Contains("(I15)"));
  }
  SECTION("one of which only the word says that it was removed") {
    c.memory.vertices()[5].epoch =
        get(c.memory.vertices()[5].epoch) & ~detail::removed_mark;
    CHECK_THAT(problems(g), Contains("(I15)"));
  }
  SECTION("one twice") {
    first = 6;
    CHECK_THAT(problems(g), Contains("or twice") && Contains("(I15)"));
  }
}

TEST_CASE("versions out of order, or elsewhere, are found, and not followed",
          "[graph][check][snapshot]") {
  auto g = star();
  core& c = core::of(g);
  const auto then = g.snapshot();
  g.add_edge(1, 2);
  REQUIRE(problems(g) == "");
  auto& head = c.memory.versions(1);
  REQUIRE(get(head) != 0);
  SECTION("elsewhere") {
    head = 1;
    CHECK_THAT(problems(g), Contains("vertex 1") && Contains("(I13)"));
    CHECK(failure_of([&] { return then.degree(1); }).code == errc::corrupt);
    const auto later = g.snapshot();
    CHECK(failure_of([&] { return g.add_edge(1, 3); }).code == errc::corrupt);
  }
  SECTION("not older") {
    auto& kept = *c.memory.unit_at<detail::version>(get(head));
    kept.epoch = 77;
    CHECK_THAT(problems(g), Contains("not older") && Contains("(I13)"));
  }
  SECTION("after a hundred other things") {
    g.add_vertices(150);
    for (vertex_id v = 0; v < 150; ++v) c.memory.vertices()[v].owner = 900;
    CHECK(g.check().problems.size() == 100);
  }
}

TEST_CASE("each bound that is beyond the segment is found", "[graph][check]") {
  auto g = star({.keys = key_kind::string});
  detail::clocks& bounds = core::of(g).memory.clocks();
  const auto found_with = [&](auto& bound, auto value) {
    const auto before = bound.load();
    bound = value;
    CHECK_THAT(problems(g), Contains("(I12)"));
    bound = before;
    CHECK(problems(g) == "");
  };
  found_with(bounds.vertex_capacity, std::uint64_t{1} << 40);
  found_with(bounds.extent_capacity, std::uint64_t{1} << 40);
  found_with(bounds.bucket_count, std::uint64_t{1} << 40);
}

TEST_CASE("memory of an extent that nobody has claimed is found",
          "[graph][check]") {
  auto g = star();
  core& c = core::of(g);
  auto& owner = c.memory.extent_owner(0);
  const std::uint32_t before = owner;
  owner = 0;
  CHECK_THAT(problems(g), Contains("outside the claimed") && Contains("(I3)"));
  owner = 30'000;
  CHECK_THAT(problems(g), Contains("Extent 0") && Contains("cannot be"));
  owner = before;
  CHECK(problems(g) == "");
}

TEST_CASE("a key without a number, or with one beyond all, is not found",
          "[graph][check][keys]") {
  auto g = star({.keys = key_kind::string});
  core& c = core::of(g);
  auto& number = c.keys.record(c.memory.key_ref(4).load()).vertex;
  const std::uint32_t before = number;
  number = 0;
  CHECK_FALSE(g.find("4").has_value());
  number = 1'000'000;
  CHECK_FALSE(g.find("4").has_value());
  number = before;
  CHECK(g.find("4") == 4u);
}

TEST_CASE("a search in keys that go round ends", "[graph][check][keys]") {
  auto g = star({.keys = key_kind::string});
  core& c = core::of(g);
  auto& record = c.keys.record(c.memory.key_ref(4).load());
  record.next = c.memory.key_ref(4).load();
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    const failure told = failure_of([&] { return g.find(std::to_string(i)); });
    refused += told.code == errc::corrupt ? 1 : 0;
  }
  CHECK(refused > 0);
}

TEST_CASE("of edges at one end, too, at most a hundred are named",
          "[graph][check]") {
  auto g = graph::create(
      anonymous, {.kind = graph_kind::bidirectional, .reserve = 64u << 20});
  g.add_vertices(300);
  for (vertex_id v = 1; v < 300; ++v) g.add_edge(0, v);
  core& c = core::of(g);
  auto* const targets =
      c.memory.unit_at<vertex_id>(detail::block_of(c.memory.word(0, 0).load()));
  std::fill_n(targets, 299, 0);
  CHECK(g.check().problems.size() == 100);
}

TEST_CASE("of extents, too, at most a hundred are named", "[graph][check]") {
  auto g = graph::create(anonymous, {.reserve = 64u << 20});
  g.add_vertices(1000);
  core& c = core::of(g);
  const auto& extents = c.memory.clocks().extent_capacity;
  for (vertex_id i = 0; extents < 130; ++i) g.add_edge(i % 1000, i / 7 % 1000);
  for (std::uint64_t e = 0; e < extents; ++e) c.memory.extent_owner(e) = 30'000;
  CHECK(g.check().problems.size() == 100);
}

TEST_CASE("a damaged lock for adding participants is found", "[graph][check]") {
  auto g = star();
  core::of(g).memory.clocks().attach_lock.__data.__kind ^= 3;
  CHECK_THAT(problems(g), Contains("adding participants") && Contains("I16"));
}
