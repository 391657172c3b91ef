// Checkpoints that are written while others change the graph.
#include <catch2/catch.hpp>

#include <telar/checkpoint.hpp>
#include <telar/snapshot.hpp>

#include "clone/beside_writers.hpp"
#include "clone/same.hpp"
#include "support/crew.hpp"
#include "support/problems.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int looks = 6;
#else
constexpr int looks = 30;
#endif
constexpr std::uint64_t reserve = 64u << 20;

}  // namespace

TEST_CASE("a checkpoint beside writers is the snapshot that it is made of",
          "[checkpoint][concurrent][process]") {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  const auto sort = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto keys = GENERATE(key_kind::none, key_kind::string);
  CAPTURE(kind, to_string(sort), to_string(keys));
  const temporary_file file("saved");
  const graph_options options{.kind = sort,
                              .payload = payload_type::of<written>(),
                              .keys = keys,
                              .reserve = reserve};
  copy_beside_writers(kind, options, looks, [&](int i, const snapshot& then) {
    then.checkpoint(file.text());
    const auto saved = checkpoint::open(file.text());
    saved.verify();
    require_same<written>(saved, then.clone(isolated, {.reserve = reserve}));
    if (i % 5 == 0) {
      const auto live = saved.restore(anonymous, {.reserve = reserve});
      require_same<written>(saved, live);
      require(problems(live).empty(), "what was restored is not sound");
    }
    if (!is_quiet(then, saved)) return false;
    require_same<written>(then, saved);
    return true;
  });
}

TEST_CASE("several may write one checkpoint at once, and one of them is there",
          "[checkpoint][concurrent][process]") {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  seeded_random random;
  const temporary_folder folder("saved");
  const std::string path = (folder.path() / "saved").string();
  auto g = graph::create(
      anonymous, {.payload = payload_type::of<written>(), .reserve = reserve});
  fill<written>(g, random);
  crew team(kind, 4, [&](int) {
    for (int i = 0; i < 10; ++i) {
      g.checkpoint(path);
      require_same<written>(g, checkpoint::open(path));
    }
  });
  CHECK(team.finish());
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE(
    "a feed that overwrites payloads leaves the ends of no edge different "
    "in a copy",
    "[checkpoint][process]") {
  const auto sort = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  seeded_random random;
  const temporary_file file("saved");
  auto g = graph::create(anonymous, {.kind = sort,
                                     .payload = payload_type::of<written>(),
                                     .reserve = reserve});
  fill<written>(g, random);
  shared_words look;
  crew feeders(crew_kind::processes, 2, [&](int worker) {
    std::mt19937_64 engine = random.engine_for(worker);
    while (look[0].load() == 0) {
      const vertex_id u = any_vertex(g, engine);
      const auto all = g.neighbors(u);
      if (all.empty()) continue;
      const auto at = static_cast<std::uint32_t>(engine() % all.size());
      (void)g.set_unversioned(edge{u, all[at], at}, written{engine()});
    }
  });
  for (int i = 0; i < looks; ++i) {
    REQUIRE(problems(g.clone(isolated, {.reserve = reserve})) == "");
    g.checkpoint(file.text());
    const auto saved = checkpoint::open(file.text());
    REQUIRE_NOTHROW(saved.verify());
    REQUIRE(problems(saved.restore(isolated, {.reserve = reserve})) == "");
  }
  look[0].store(1);
  CHECK(feeders.finish());
}
