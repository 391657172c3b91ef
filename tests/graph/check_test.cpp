// check() finds each kind of damage and says which invariant it breaks.  The
// numbers are those of telar/detail/layout.hpp.
#include <cstdint>
#include <functional>
#include <string>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "support/failure.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;
using detail::core;
using detail::get;
using detail::pack_word;

namespace {

graph sound_graph(graph_options options = {}) {
  options.payload = payload_type::of<std::uint32_t>();
  options.reserve = 64u << 20;
  auto g = graph::create(anonymous, options);
  if (options.keys == key_kind::none) {
    g.add_vertices(20);
  } else {
    for (int i = 0; i < 20; ++i) (void)g.vertex(std::to_string(i));
  }
  // 0–1 … 0–19: vertex 0 has left blocks of 4, 8 and 16 behind.
  for (vertex_id v = 1; v < 20; ++v) g.add_edge(0, v, v);
  REQUIRE(problems(g) == "");
  return g;
}

/// What check() says after `harm`.
std::string after(graph& g, const std::function<void(core&)>& harm) {
  harm(core::of(g));
  return problems(g);
}

detail::word64& word_of(core& c, vertex_id v) { return c.memory.word(0, v); }

vertex_id* targets_of(core& c, vertex_id v) {
  return c.memory.unit_at<vertex_id>(detail::block_of(word_of(c, v).load()));
}

/// The slot of this thread, which made all changes.
detail::slot& slot_of(core& c) { return c.who.mine(); }

}  // namespace

TEST_CASE("a word that leads nowhere is found", "[graph][check]") {
  auto g = sound_graph();
  const std::uint64_t word =
      GENERATE(pack_word(0, 3),                        // before the segment
               pack_word(1, 1),                        // in the superblock
               pack_word(detail::max_units - 1, 1),    // behind all
               pack_word(1 << 20, detail::max_degree)  // too long
      );
  CHECK_THAT(after(g, [&](core& c) { word_of(c, 5).store(word); }),
             Contains("vertex 5") && Contains("(I3)"));
  CHECK(failure_of([&] { return g.neighbors(5).size(); }).code ==
        errc::corrupt);
}

TEST_CASE(
    "a word with a block but no degree is found, and one beyond the "
    "vertices",
    "[graph][check]") {
  auto g = sound_graph();
  SECTION("no degree") {
    CHECK_THAT(after(g, [](core& c) { word_of(c, 5).fetch_sub(1); }),
               Contains("vertex 5") && Contains("(I1)"));
  }
  SECTION("no vertex") {
    CHECK_THAT(
        after(g, [](core& c) { word_of(c, 25).store(word_of(c, 5).load()); }),
        Contains("vertex 25") && Contains("(I1)"));
  }
}

TEST_CASE("an edge is not appended where a damaged word leads",
          "[graph][check]") {
  const auto parallel = GENERATE(parallel_edges::allow, parallel_edges::forbid);
  auto g = sound_graph({.parallel = parallel});
  const std::uint64_t block = detail::block_of(word_of(core::of(g), 5).load());
  const std::uint64_t word =
      GENERATE_COPY(pack_word(block, 0),                  // no degree
                    pack_word(0, 3), pack_word(0, 4),     // before the segment
                    pack_word(detail::max_units - 1, 1),  // behind all
                    pack_word(block, detail::max_degree));  // too long
  word_of(core::of(g), 5).store(word);
  const failure refused = failure_of([&] { return g.add_edge(5, 6, 7u); });
  CHECK(refused.code == errc::corrupt);
  CHECK_THAT(refused.message, Contains("vertex 5") && Contains("(I1)"));
  // Nor is anything held afterwards.
  CHECK(g.degree(6) == 1);
  CHECK(failure_of([&] { return g.add_edge(6, 7, 8u); }).code == errc{});
}

TEST_CASE("no block is cut where a damaged arena leads", "[graph][check]") {
  auto g = sound_graph();
  for (auto* word :
       {&slot_of(core::of(g)).arena, &slot_of(core::of(g)).spare}) {
    auto rest = detail::arena::unpack(get(*word));
    rest.position ^= std::uint64_t{1} << 33;
    word->store(rest.pack());
  }
  for (int i = 0; i < 20; ++i) {
    const failure refused = failure_of([&] { return g.add_edge(5, 6, 7u); });
    CHECK((refused.code == errc{} || refused.code == errc::corrupt));
  }
  CHECK_THAT(problems(g), Contains("arena") && Contains("(I3)"));
}

TEST_CASE("a slot that seems to have memory at nowhere is damaged",
          "[graph][check]") {
  auto g = graph::create(anonymous, {.reserve = 64u << 20});
  g.add_vertices(3);
  (void)g.neighbors(0);  // attaches
  detail::slot& mine = slot_of(core::of(g));
  for (auto* word : {&mine.arena, &mine.spare}) {
    *word = 1 << 20;  // so many units, at unit 0
    CHECK(failure_of([&] { return g.add_edge(0, 0); }).code == errc::corrupt);
    *word = 0;
  }
  CHECK(g.add_edge(0, 1).added);
  CHECK(problems(g) == "");
}

TEST_CASE("a damaged count of buckets leads nowhere", "[graph][check]") {
  auto g = sound_graph({.keys = key_kind::string});
  auto& count = core::of(g).memory.clocks().bucket_count;
  const std::uint64_t before = count;
  for (const std::uint64_t damaged :
       {std::uint64_t{0}, before + 1, std::uint64_t{1} << 40}) {
    count = damaged;
    CHECK(failure_of([&] { return g.find("3").has_value(); }).code ==
          errc::corrupt);
    CHECK(failure_of([&] { return g.vertex("new"); }).code == errc::corrupt);
    CHECK(problems(g) != "");
  }
  count = before;
  CHECK(problems(g) == "");
}

TEST_CASE("a neighbour that does not exist is found", "[graph][check]") {
  auto g = sound_graph();
  CHECK_THAT(after(g, [](core& c) { targets_of(c, 0)[4] = 20; }),
             Contains("vertex 0") && Contains("vertex 20") && Contains("(I1)"));
}

TEST_CASE("two vertices with one block are found", "[graph][check]") {
  auto g = sound_graph();
  CHECK_THAT(
      after(g, [](core& c) { word_of(c, 6).store(word_of(c, 5).load()); }),
      Contains("vertex 6") && Contains("(I3)"));
}

TEST_CASE("memory that belongs to nothing is found", "[graph][check]") {
  auto g = sound_graph();
  CHECK_THAT(after(g,
                   [](core& c) {
                     // Blocks are cut from whichever has room.
                     for (auto* word : {&slot_of(c).arena, &slot_of(c).spare}) {
                       auto rest = detail::arena::unpack(get(*word));
                       (void)rest.cut(8);
                       word->store(rest.pack());
                     }
                   }),
             Contains("lost") && Contains("(I3)"));
}

TEST_CASE("half an edge is found", "[graph][check]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  auto g = sound_graph({.kind = kind});
  CHECK_THAT(after(g, [](core& c) { targets_of(c, 0)[4] = 6; }),
             Contains("0–5") && Contains("0–6") && Contains("(I4)"));
}

TEST_CASE("an edge with two payloads is found", "[graph][check]") {
  auto g = sound_graph();
  CHECK_THAT(after(g, [](core& c) { targets_of(c, 5)[4] = 77; }),
             Contains("0–5") && Contains("payloads") && Contains("(I4)"));
}

TEST_CASE("half a loop is found", "[graph][check]") {
  auto g = sound_graph();
  g.add_edge(5, 5);
  CHECK_THAT(after(g, [](core& c) { word_of(c, 5).fetch_sub(1); }),
             Contains("vertex 5") || Contains("Vertex 5"));
}

TEST_CASE("a count that is not the number of edges is found",
          "[graph][check]") {
  auto g = sound_graph();
  CHECK_THAT(after(g, [](core& c) { slot_of(c).edges.fetch_add(2); }),
             Contains("21") && Contains("19") && Contains("(I5)"));
}

TEST_CASE("parallel edges where they are forbidden are found",
          "[graph][check]") {
  auto g = sound_graph(
      {.kind = graph_kind::directed, .parallel = parallel_edges::forbid});
  CHECK_THAT(after(g, [](core& c) { targets_of(c, 0)[4] = 6; }),
             Contains("Vertex 0") && Contains("(I6)"));
}

TEST_CASE("a vertex that is held by nobody at work is found",
          "[graph][check]") {
  auto g = sound_graph();
  CHECK_THAT(
      after(g, [](core& c) { c.memory.vertices()[7].owner.store(3); }),
      Contains("Vertex 7") && Contains("participant 2") && Contains("(I8)"));
}

TEST_CASE("queues out of order or with lost bags are found", "[graph][check]") {
  auto g = sound_graph();
  // The block of sixteen that vertex 0 left.
  detail::queue& left = slot_of(core::of(g)).queues[2];
  REQUIRE(get(left.head) < get(left.tail));
  const auto damaged = [&](auto&& harm) {
    harm(left);
    return problems(g);
  };
  SECTION("indices") {
    CHECK_THAT(damaged([](detail::queue& q) { q.ready.store(99); }),
               Contains("class 2") && Contains("(I9)"));
  }
  SECTION("no bag") {
    CHECK_THAT(damaged([](detail::queue& q) { q.head_bag.store(0); }),
               Contains("no bag") && Contains("(I9)"));
  }
  SECTION("a bag elsewhere") {
    CHECK_THAT(damaged([](detail::queue& q) { q.head_bag.store(1); }),
               Contains("outside") && Contains("(I9)"));
  }
  SECTION("the last bag") {
    CHECK_THAT(damaged([](detail::queue& q) { q.tail_bag.fetch_add(1); }),
               Contains("last bag") && Contains("(I9)"));
  }
  SECTION("an entry twice") {
    core& c = core::of(g);
    auto& entries = *c.memory.unit_at<detail::bag>(get(left.head_bag));
    const auto in_use =
        static_cast<std::uint32_t>(detail::block_of(word_of(c, 5).load()));
    entries.low[get(left.head) % detail::bag_entries].store(in_use);
    CHECK_THAT(problems(g), Contains("shares") && Contains("(I3)"));
  }
}

TEST_CASE("keys that do not lead to their vertices are found",
          "[graph][check][keys]") {
  auto g = sound_graph({.keys = key_kind::string});
  core& c = core::of(g);
  const auto record_of = [&](vertex_id v) -> detail::key_record& {
    return c.keys.record(c.memory.key_ref(v).load());
  };
  SECTION("another vertex") {
    record_of(4).vertex.store(6);
    CHECK_THAT(problems(g), Contains("Vertex 5") && Contains("(I10)"));
  }
  SECTION("no number") {
    record_of(4).vertex.store(0);
    CHECK_THAT(problems(g), Contains("20 vertices") && Contains("19 keys") &&
                                Contains("(I10)"));
  }
  SECTION("another text") {
    *reinterpret_cast<char*>(&record_of(4) + 1) = '#';
    CHECK_THAT(problems(g), Contains("vertex 4") && Contains("(I10)"));
  }
  SECTION("out of order") {
    record_of(4).order = ~std::uint64_t{0};
    CHECK_THAT(problems(g), Contains("(I10)"));
  }
  SECTION("a list that goes round") {
    record_of(4).next.store(c.memory.key_ref(4).load());
    CHECK_THAT(problems(g), Contains("(I"));
  }
  SECTION("a list that leads outside") {
    record_of(4).next.store(1);
    CHECK_THAT(problems(g), Contains("(I10)"));
  }
}

TEST_CASE("bounds beyond the segment are found", "[graph][check]") {
  auto g = sound_graph();
  CHECK_THAT(
      after(g, [](core& c) { c.memory.clocks().vertex_count.store(1u << 30); }),
      Contains("(I12)"));
}

TEST_CASE("check says at most a hundred things", "[graph][check]") {
  auto g = sound_graph();
  g.add_vertices(400);
  core& c = core::of(g);
  for (vertex_id v = 20; v < 400; ++v) c.memory.vertices()[v].owner.store(9);
  CHECK(g.check().problems.size() == 100);
}

TEST_CASE("check counts what is there", "[graph][check]") {
  auto g = sound_graph(
      {.kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                        graph_kind::bidirectional)});
  g.add_edge(3, 3);
  const check_report report = g.check();
  CHECK(report);
  CHECK(report.vertices == 20);
  CHECK(report.edges == 20);
  CHECK(report.recovered == 0);
}

TEST_CASE("what comes after a hundred problems is not followed",
          "[graph][check]") {
  auto g = graph::create(anonymous, {.reserve = 64u << 20});
  g.add_vertices(300);
  g.add_edge(0, 1);
  detail::segment& memory = detail::core::of(g).memory;
  for (vertex_id v = 0; v < 150; ++v) memory.vertices()[v].owner.store(900);
  memory.vertices()[299].word.store(~std::uint64_t{0});
  CHECK(g.check().problems.size() == 100);
}
