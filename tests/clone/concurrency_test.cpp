// Clones that are made while others write, and by several at once.
#include <thread>

#include <catch2/catch.hpp>

#include <telar/snapshot.hpp>

#include "clone/random_graph.hpp"
#include "clone/same.hpp"
#include "support/crew.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/shared_words.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int looks = 6;
#else
constexpr int looks = 25;
#endif
constexpr std::uint64_t reserve = 64u << 20;
constexpr int changes_a_look = 300;

using payload = std::uint64_t;

void change(graph& g, std::mt19937_64& random) {
  const vertex_id u = any_vertex(g, random);
  const vertex_id v = any_vertex(g, random);
  const auto what = random() % 64;
  if (what == 0) {
    (void)add_named_vertex(g, random() % 500);
  } else if (what == 1 && u > 5) {
    g.remove_vertex(u);
  } else if (what < 26) {
    g.remove_edge(u, v);
  } else if (what < 30) {
    if (const auto e = g.find_edge(u, v)) (void)g.set(*e, payload{random()});
  } else if (g.degree(u) < 500) {
    try {
      add_random_edge<payload>(g, u, v, random);
    } catch (const error& removed) {
      // Removed since it was looked at.
      require(removed.code() == errc::bad_argument, removed.what());
    }
  }
}

/// Until the word is negative; not far ahead of who looks.
void write(graph& g, std::mt19937_64 random, const shared_words::word& look) {
  int left = 0;
  for (std::int64_t seen = -1, now = 0; (now = look.load()) >= 0;) {
    if (now != seen) left = changes_a_look;
    seen = now;
    if (left-- > 0) {
      change(g, random);
    } else {
      left = 0;
      std::this_thread::yield();
    }
  }
}

/// A vertex that was being removed when the snapshot was taken is not the same.
bool is_quiet(const snapshot& then, const graph& copy) {
  for (std::uint64_t v = 0; v < then.vertex_count(); ++v) {
    const auto id = static_cast<vertex_id>(v);
    if (then.is_removed(id) != copy.is_removed(id)) return false;
  }
  return true;
}

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
                                     .payload = payload_type::of<payload>(),
                                     .keys = keys,
                                     .reserve = reserve});
  fill<payload>(g, random);
  shared_words look;
  crew writers(kind, 3, [&](int worker) {
    write(g, random.engine_for(worker), look[0]);
  });
  int compared = 0;
  try {
    for (int i = 0; i < looks; ++i) {
      look[0].store(i);
      const auto then = g.snapshot();
      const placed there(to);
      const auto copy = then.clone(there, {.reserve = reserve});
      const auto other = then.clone(isolated, {.reserve = reserve});
      require_same<payload>(copy, other);
      if (is_quiet(then, copy)) {
        require_same<payload>(then, copy);
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
      anonymous, {.payload = payload_type::of<payload>(), .reserve = reserve});
  fill<payload>(g, random);
  const placed there(placement::shared);
  shared_words made;
  crew team(kind, 4, [&](int) {
    const auto own = g.clone(anonymous, {.reserve = reserve});
    require_same<payload>(g, own);
    try {
      (void)g.clone(there, {.reserve = reserve});
      made[0].fetch_add(1);
    } catch (const error& late) {
      require(late.code() == errc::exists, late.what());
    }
  });
  CHECK(team.finish());
  CHECK(made[0].load() == 1);
  CHECK_NOTHROW(require_same<payload>(g, graph::open(there)));
}
