// The removal of a vertex whose remover was killed, finished by several at once.
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "chaos/chaos.hpp"
#include "graph/core.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr vertex_id removed = 1;

graph with_a_half_removed_vertex(graph_kind kind) {
  auto g = graph::create(anonymous, {.kind = kind, .reserve = 16u << 20});
  g.add_vertices(4);
  for (int i = 0; i < 3; ++i) {
    g.add_edge(removed, 2);
    g.add_edge(3, removed);
  }
  process remover = start_process([&] {
    const detail::slot& mine = detail::core::of(g).who.mine();
    const chaos::at_each_marker now([&] {
      if (detail::get(mine.removing) != 0) ::raise(SIGKILL);
    });
    g.remove_vertex(removed);
    return 0;
  });
  CHECK(wait_for(remover) == -SIGKILL);
  return g;
}

/// Another finishes the removal if it can, and uses the id again if it may.
std::optional<vertex_id> finish_and_reuse(graph& g) {
  std::optional<vertex_id> used;
  std::thread([&] {
    try {
      g.recover();
      detail::core& c = detail::core::of(g);
      for (int i = 0; i < 3; ++i) c.space.advance(c.who.mine());
      const vertex_id v = g.add_vertex();
      g.add_edge(v, 2);
      g.add_edge(3, v);
      used = v;
    } catch (const error& refused) {
      // The one that is held up holds what this needs.
      if (refused.code() != errc::timed_out) throw;
    }
  }).join();
  return used;
}

}  // namespace

TEST_CASE(
    "who finishes a dead one's removal late empties no vertex of the same id",
    "[stop][process][crash]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  CAPTURE(to_string(kind));
  int reused = 0;
  bool met = true;
  for (int at = 0; met; ++at) {
    CAPTURE(at);
    auto g = with_a_half_removed_vertex(kind);
    g.set_wait({.limit = std::chrono::milliseconds(2), .stop = {}});
    int markers = 0;
    std::optional<vertex_id> used;
    {
      const chaos::at_each_marker now([&] {
        if (markers++ == at) used = finish_and_reuse(g);
      });
      g.recover();
    }
    met = markers > at;
    if (used) {
      ++reused;
      CHECK(g.has_edge(*used, 2));
      CHECK(g.has_edge(3, *used));
      CHECK_FALSE(g.is_removed(*used));
    }
    g.recover();
    CHECK(g.is_removed(removed) == (used != removed));
    CHECK(problems(g) == "");
  }
  CHECK(reused > 0);
}

TEST_CASE("who finishes a dead one's removal may be killed anywhere, too",
          "[stop][process][crash]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  CAPTURE(to_string(kind));
  bool struck = true;
  for (int at = 0; struck; ++at) {
    CAPTURE(at);
    auto g = with_a_half_removed_vertex(kind);
    process finisher = start_process([&] {
      int markers = 0;
      const chaos::at_each_marker now([&] {
        if (markers++ == at) ::raise(SIGKILL);
      });
      g.recover();
      return 0;
    });
    struck = finisher.wait() == -SIGKILL;
    g.recover();
    CHECK(g.is_removed(removed));
    CHECK(g.edge_count() == 0);
    CHECK(problems(g) == "");
    CHECK(g.remove_vertex(2));
    CHECK(problems(g) == "");
  }
}
