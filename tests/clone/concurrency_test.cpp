// Clones that are made while others write, and by several at once.
#include <catch2/catch.hpp>

#include <telar/snapshot.hpp>

#include "clone/beside_writers.hpp"
#include "clone/same.hpp"
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
  const graph_options options{.kind = sort,
                              .payload = payload_type::of<written>(),
                              .keys = keys,
                              .reserve = reserve};
  copy_beside_writers(kind, options, looks, [&](int, const snapshot& then) {
    const placed there(to);
    const auto copy = then.clone(there, {.reserve = reserve});
    const auto other = then.clone(isolated, {.reserve = reserve});
    require_same<written>(copy, other);
    const std::string found = problems(copy);
    require(found.empty(), found.c_str());
    if (!is_quiet(then, copy)) return false;
    require_same<written>(then, copy);
    return true;
  });
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
