// Repairing in place, and saving what is whole.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/doctor.hpp>
#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "support/failure.hpp"
#include "support/first_page.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;
using detail::core;

namespace {

constexpr vertex_id vertices = 60;

/// A graph in which blocks were retired, and keys added.
graph weave(const placed& where, graph_kind kind, key_kind keys,
            seeded_random& random) {
  auto g = graph::create(where, {.kind = kind,
                                 .payload = payload_type::of<std::uint64_t>(),
                                 .keys = keys,
                                 .reserve = 16u << 20});
  for (std::uint64_t i = 0; i < vertices; ++i) {
    if (keys == key_kind::none) g.add_vertex();
    if (keys == key_kind::u64) (void)g.vertex(i * i);
    if (keys == key_kind::string) (void)g.vertex("v" + std::to_string(i));
  }
  for (std::uint64_t i = 0; i < 900; ++i) {
    g.add_edge(static_cast<vertex_id>(random.below(vertices)),
               static_cast<vertex_id>(random.below(vertices)), i);
  }
  return g;
}

using named_edge = std::tuple<vertex_id, vertex_id, std::uint64_t>;

/// All edges with their payloads, which are distinct; keys are looked at, too.
std::vector<named_edge> edges_of(const graph& g) {
  std::vector<named_edge> all;
  g.for_each_edge([&](const edge& e) {
    all.emplace_back(e.source, e.target, g.payload<std::uint64_t>(e));
  });
  std::ranges::sort(all);
  return all;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string join(const std::vector<std::string>& sentences) {
  std::string all;
  for (const std::string& one : sentences) all += one + '\n';
  return all;
}

const std::string in_words(const diagnosis& found) {
  return join(found.report.problems);
}

}  // namespace

TEST_CASE("what follows from the edges is repaired in place",
          "[graph][doctor]") {
  seeded_random random;
  const placed where(GENERATE(placement::shared, placement::file));
  const auto keys = GENERATE(key_kind::none, key_kind::string);
  const auto before =
      edges_of(weave(where, graph_kind::undirected, keys, random));
  struct wound {
    const char* name;
    std::function<void(core&)> harm;
  };
  const wound wounds[] = {
      {"I5", [](core& c) { c.memory.slot(0).edges.fetch_sub(3); }},
      {"I8", [](core& c) { c.memory.vertices()[7].owner.store(3); }},
      {"I3",
       [](core& c) {
         for (auto* word : {&c.memory.slot(0).arena, &c.memory.slot(0).spare}) {
           auto rest = detail::arena::unpack(detail::get(*word));
           (void)rest.cut(rest.left);
           word->store(rest.pack());
         }
       }},
      {"I16", [](core& c) { c.memory.slot(3).life.__data.__kind ^= 3; }},
  };
  for (const wound& w : wounds) {
    {
      const graph g = graph::open(where);
      w.harm(core::of(g));
    }
    INFO(w.name);
    const diagnosis sick = examine(where);
    CHECK_THAT(in_words(sick), Contains(w.name));
    const diagnosis mended = repair(where);
    CHECK(in_words(mended) == "");
    CHECK(mended.complete);
    CHECK(in_words(examine(where)) == "");
    CHECK(edges_of(graph::open(where)) == before);
  }
  auto g = graph::open(where);
  for (vertex_id v = 0; v < 40; ++v) g.add_edge(v, 3, std::uint64_t{9});
  CHECK(problems(g) == "");
}

TEST_CASE("a lock that looks held for ever is no hindrance to a repair",
          "[graph][doctor]") {
  seeded_random random;
  const placed where(placement::shared);
  (void)weave(where, graph_kind::directed, key_kind::none, random);
  {
    const graph g = graph::open(where);
    detail::slot& s = core::of(g).memory.slot(2);
    s.life.__data.__lock = 0x3ffffff0;  // no thread has such a number
    s.attached = detail::attached_yes;
    s.intent.ends = 5ull << 32 | 4;
    core::of(g).memory.vertices()[4].owner.store(3);
  }
  const diagnosis mended = repair(where);
  CHECK(in_words(mended) == "");
  CHECK(mended.report.recovered == 1);
  CHECK(graph::open(where).add_edge(4, 5, std::uint64_t{1}).added);
}

TEST_CASE("a graph that somebody has open is not repaired, but checked",
          "[graph][doctor]") {
  seeded_random random;
  const placed where(placement::shared);
  auto g = weave(where, graph_kind::bidirectional, key_kind::string, random);
  CHECK(failure_of([&] { return repair(where); }).code == errc::busy);
  const diagnosis beside = examine(where);
  CHECK_FALSE(beside.complete);
  CHECK(beside.ok());
  CHECK(beside.report.edges == g.edge_count());
  auto& word = core::of(g).memory.word(1, 5);
  const std::uint64_t before = word;
  word = detail::pack_word(detail::max_units - 1, 3);
  CHECK_THAT(in_words(examine(where)), Contains("I1"));
  word = before;
  core::of(g).memory.key_ref(5) = core::of(g).memory.key_ref(6).load();
  CHECK_THAT(in_words(examine(where)), Contains("I10"));
}

TEST_CASE("a sound graph is salvaged whole, and left as it is",
          "[graph][doctor]") {
  seeded_random random;
  const placed where(GENERATE(placement::shared, placement::file));
  const placed into(placement::shared);
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto keys = GENERATE(key_kind::none, key_kind::u64, key_kind::string);
  const auto before = edges_of(weave(where, kind, keys, random));
  const std::string bytes = bytes_of(where.path());
  const salvage_report saved = salvage(where, into);
  CHECK(join(saved.losses) == "");
  const graph copy = graph::open(into);
  CHECK(problems(copy) == "");
  CHECK(copy.vertex_count() == vertices);
  CHECK(edges_of(copy) == before);
  CHECK(copy.kind() == kind);
  if (keys == key_kind::u64) CHECK(copy.key_number(7) == 49);
  if (keys == key_kind::string) CHECK(copy.key(7) == "v7");
  CHECK(bytes_of(where.path()) == bytes);
}

TEST_CASE("every edge that both its ends know is saved from a damaged graph",
          "[graph][doctor]") {
  seeded_random random;
  const placed where(placement::file);
  const placed into(placement::shared);
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  const auto before = edges_of(weave(where, kind, key_kind::string, random));
  const std::uint64_t bad = detail::pack_word(detail::max_units - 1, 9);
  const std::uint64_t first = detail::divide(16u << 20).vertices;
  // Vertex 5 has lost its (out-)edges.
  write_at(where.path(), first + 5 * sizeof(detail::vertex_header) + 8, &bad,
           sizeof bad);
  const salvage_report saved = salvage(where, into);
  CHECK_THAT(join(saved.losses), Contains("adjacency cannot be read") &&
                                     Contains("one of their ends only"));
  std::vector<named_edge> expected;
  std::ranges::copy_if(
      before, std::back_inserter(expected), [&](const named_edge& e) {
        return std::get<0>(e) != 5 &&
               (kind == graph_kind::bidirectional || std::get<1>(e) != 5);
      });
  const graph copy = graph::open(into);
  CHECK(edges_of(copy) == expected);
  CHECK(copy.key(5) == "v5");
  CHECK(problems(copy) == "");
}

TEST_CASE("a key is found by the list when its vertex does not say it",
          "[graph][doctor]") {
  seeded_random random;
  const placed where(placement::file);
  const placed into(placement::shared);
  const auto before =
      edges_of(weave(where, graph_kind::directed, key_kind::u64, random));
  const std::uint64_t nothing[3] = {};
  write_at(where.path(), detail::divide(16u << 20).key_refs + 4 * 8, nothing,
           sizeof nothing);
  const salvage_report saved = salvage(where, into);
  CHECK(join(saved.losses) == "");
  CHECK(edges_of(graph::open(into)) == before);
  CHECK(graph::open(into).key_number(5) == 25);
}

TEST_CASE("a salvage of any damage is a sound graph of edges that were there",
          "[graph][doctor]") {
  seeded_random random;
  const placed where(placement::file);
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  const auto before = edges_of(weave(where, kind, key_kind::u64, random));
  const std::string bytes = bytes_of(where.path());
  for (int round = 0; round < 60; ++round) {
    // Somewhere in what is not empty.
    for (std::uint64_t wounds = random.below(6); wounds > 0;) {
      const std::uint64_t at = random.below(bytes.size());
      if (bytes[at] == 0) continue;
      const auto byte = static_cast<char>(random());
      write_at(where.path(), at, &byte, 1);
      --wounds;
    }
    if (round % 7 == 6) {
      std::filesystem::resize_file(where.path(), random.below(bytes.size()));
    }
    const placed into(placement::shared);
    try {
      const salvage_report saved = salvage(where, into);
      const graph copy = graph::open(into);
      REQUIRE(problems(copy) == "");
      if (copy.vertex_count() == vertices) {
        for (const auto& [u, v, payload] : edges_of(copy)) {
          const auto there =
              std::ranges::lower_bound(before, named_edge{u, v, 0});
          REQUIRE(there != before.end());
          REQUIRE(std::get<0>(*there) == u);
          REQUIRE(std::get<1>(*there) == v);
        }
      }
    } catch (const error& refused) {
      REQUIRE((refused.code() == errc::corrupt ||
               refused.code() == errc::incompatible));
    }
    std::ofstream(where.path(), std::ios::binary) << bytes;
  }
}
