// Clones that are made while others write, and by several at once.
#include <catch2/catch.hpp>

#include <telar/snapshot.hpp>

#include "clone/same.hpp"
#include "clone/writing.hpp"
#include "support/crew.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int looks = 6;
#else
constexpr int looks = 25;
#endif
constexpr std::uint64_t reserve = 64u << 20;

}  // namespace

TEST_CASE("a clone beside writers is the snapshot that it is made of",
          "[clone][concurrent][process]") {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  const auto sort = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto keys = GENERATE(key_kind::none, key_kind::string);
  const auto to = GENERATE(placement::anonymous, placement::file);
  CAPTURE(kind, to_string(sort), to_string(keys), to);
  seeded_random random;
  auto g = graph::create(anonymous, {.kind = sort,
                                     .payload = payload_type::of<written>(),
                                     .keys = keys,
                                     .reserve = reserve});
  fill<written>(g, random);
  shared_words look;
  crew writers(kind, 3, [&](int worker) {
    write_until_told(g, random.engine_for(worker), look[0]);
  });
  int compared = 0;
  try {
    for (int i = 0; i < looks; ++i) {
      look[0].store(i);
      const auto then = g.snapshot();
      const placed there(to);
      const auto copy = then.clone(there, {.reserve = reserve});
      const auto other = then.clone(isolated, {.reserve = reserve});
      require_same<written>(copy, other);
      if (is_quiet(then, copy)) {
        require_same<written>(then, copy);
        ++compared;
      }
      const std::string found = problems(copy);
      require(found.empty(), found.c_str());
    }
  } catch (...) {
    look[0].store(-1);
    throw;
  }
  look[0].store(-1);
  CHECK(writers.finish());
  CHECK(compared > 0);
  CHECK(problems(g) == "");
}

TEST_CASE("several may clone one graph at once, and only one gets the name",
          "[clone][concurrent][process]") {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  seeded_random random;
  auto g = graph::create(
      anonymous, {.payload = payload_type::of<written>(), .reserve = reserve});
  fill<written>(g, random);
  const placed there(placement::shared);
  shared_words made;
  crew team(kind, 4, [&](int) {
    const auto own = g.clone(anonymous, {.reserve = reserve});
    require_same<written>(g, own);
    try {
      (void)g.clone(there, {.reserve = reserve});
      made[0].fetch_add(1);
    } catch (const error& late) {
      require(late.code() == errc::exists, late.what());
    }
  });
  CHECK(team.finish());
  CHECK(made[0].load() == 1);
  CHECK_NOTHROW(require_same<written>(g, graph::open(there)));
}
