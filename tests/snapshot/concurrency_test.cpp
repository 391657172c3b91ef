// Snapshots beside writers: threads, processes, and processes that are killed.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <random>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/snapshot.hpp>

#include "support/crew.hpp"
#include "support/in_step.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"
#include "support/shared_words.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int looks = 60;
#else
constexpr int looks = 600;
#endif
constexpr vertex_id writers = 3;
constexpr vertex_id others = 40;

/// Each writer has two vertices of its own, and connects both with the same
/// others, first the one, then the other: whatever is seen of it, they never
/// differ by more than that.  So with removals.
struct two_hubs {
  vertex_id first;
  vertex_id second;
  explicit two_hubs(int writer)
      : first(static_cast<vertex_id>(2 * writer)), second(first + 1) {}
};

graph make() {
  auto g = graph::create(
      anonymous,
      {.payload = payload_type::of<std::uint32_t>(), .reserve = 1u << 30});
  g.add_vertices(2 * writers + others);
  return g;
}

constexpr int changes_a_look = 200;

void weave(graph& g, int writer, std::mt19937_64 engine,
           const shared_words::word& look) {
  const two_hubs mine(writer);
  std::uint32_t number = g.degree(mine.first) == 0 ? 0 : 1'000'000;
  change_in_step(look, changes_a_look, [&] {
    const auto to = static_cast<vertex_id>(2 * writers + engine() % others);
    const std::uint32_t degree = g.degree(mine.first);
    if (degree == 0 || (degree < 60 && engine() % 2 != 0)) {
      ++number;
      g.add_edge(mine.first, to, number);
      g.add_edge(mine.second, to, number);
    } else {
      const edge gone{mine.first, g.neighbors(mine.first)[0], 0};
      g.remove_edge(gone);
      g.remove_edge(edge{mine.second, gone.target, 0});
    }
    if (engine() % 512 == 0) {
      g.clear_vertex(mine.second);
      g.clear_vertex(mine.first);
    }
  });
}

/// What must hold of any consistent state, whoever wrote it how.
void require_consistent(const snapshot& then) {
  std::uint64_t entries = 0;
  for (vertex_id v = 0; v < then.vertex_count(); ++v) {
    const auto mine = then.half_edges<std::uint32_t>(v);
    entries += mine.targets.size();
    for (std::size_t i = 0; i < mine.targets.size(); ++i) {
      const auto back = then.half_edges<std::uint32_t>(mine.targets[i]);
      bool found = false;
      for (std::size_t k = 0; k < back.targets.size(); ++k) {
        found |= back.targets[k] == v && back.payloads[k] == mine.payloads[i];
      }
      require(found, "an edge is at one end only");
    }
  }
  require(entries == 2 * then.edge_count(), "edges are counted otherwise");
}

/// The two vertices of a writer that does not clear them at this moment.
void require_in_step(const snapshot& then, int writer) {
  const two_hubs mine(writer);
  const auto first = then.half_edges<std::uint32_t>(mine.first);
  const auto second = then.half_edges<std::uint32_t>(mine.second);
  if (second.targets.size() + 1 < first.targets.size()) return;  // clearing
  const auto in_both = std::min(first.payloads.size(), second.payloads.size());
  // All but the first or the last are the same edges.
  const bool early =
      std::equal(first.payloads.begin(),
                 first.payloads.begin() + static_cast<std::ptrdiff_t>(in_both),
                 second.payloads.begin());
  const bool late = second.payloads.size() == first.payloads.size() + 1 &&
                    std::equal(first.payloads.begin(), first.payloads.end(),
                               second.payloads.begin() + 1);
  require(early || late, "a writer's changes are seen in another order");
}

}  // namespace

TEST_CASE("a snapshot beside writers is consistent, and does not change",
          "[snapshot][concurrent][process]") {
  const auto kind = GENERATE(crew_kind::threads, crew_kind::processes);
  CAPTURE(kind);
  const seeded_random random;
  auto g = make();
  shared_words look;
  crew team(kind, writers, [&](int writer) {
    weave(g, writer, random.engine_for(writer), look[0]);
  });
  std::vector<snapshot> held;
  std::vector<std::uint64_t> edges;
  try {
    for (int i = 0; i < looks; ++i) {
      look[0].store(i);
      held.push_back(g.snapshot());
      edges.push_back(held.back().edge_count());
      require_consistent(held.back());
      for (int writer = 0; writer < static_cast<int>(writers); ++writer) {
        require_in_step(held.back(), writer);
      }
      if (held.size() < 5) continue;
      for (std::size_t k = 0; k < held.size(); ++k) {
        require_consistent(held[k]);
        require(held[k].edge_count() == edges[k], "a snapshot has changed");
      }
      held.clear();
      edges.clear();
    }
  } catch (...) {
    look[0].store(-1);
    throw;
  }
  look[0].store(-1);
  CHECK(team.finish());
  held.clear();
  CHECK(problems(g) == "");
}

TEST_CASE("snapshots are consistent while writers are killed and replaced",
          "[snapshot][process][crash]") {
  const seeded_random random;
  auto g = make();
  shared_words look;
  std::mt19937_64 engine = random.engine_for(100);
  std::vector<process> team;
  const auto start = [&](int writer, int number) {
    return start_process([&, writer, number] {
      weave(g, writer, random.engine_for(number), look[0]);
      return 0;
    });
  };
  for (int w = 0; w < static_cast<int>(writers); ++w) {
    team.push_back(start(w, w));
  }
  for (int i = 0; i < looks / 2; ++i) {
    look[0].store(i);
    const auto then = g.snapshot();
    require_consistent(then);
    const auto w = static_cast<std::size_t>(engine() % writers);
    team[w].send(SIGKILL);
    require_consistent(then);
    require(team[w].wait() == -SIGKILL, "a writer ended by itself");
    team[w] = start(static_cast<int>(w), 1000 + i);
  }
  look[0].store(-1);
  for (process& each : team) CHECK(each.wait() == 0);
  g.recover();
  CHECK(problems(g) == "");
}

TEST_CASE("memory that was replaced under a snapshot is used again after it",
          "[snapshot]") {
  auto g = graph::create(anonymous, {.reserve = 256u << 20});
  g.add_vertices(100);
  const auto churn = [&] {
    for (vertex_id i = 0; i < 20'000; ++i) {
      g.add_edge(i % 100, i * 7 % 100);
      if (i >= 1000) g.remove_edge((i - 1000) % 100, (i - 1000) * 7 % 100);
    }
    for (vertex_id i = 19'000; i < 20'000; ++i) {
      g.remove_edge(i % 100, i * 7 % 100);
    }
  };
  churn();
  for (int i = 0; i < 3; ++i) {
    const auto then = g.snapshot();
    churn();
  }
  churn();
  const std::uint64_t before = g.info().bytes_committed;
  for (int i = 0; i < 10; ++i) {
    { const auto then = g.snapshot(); }
    churn();
  }
  CHECK(g.info().bytes_committed <= before + before / 8);
  CHECK(g.edge_count() == 0);
  CHECK(problems(g) == "");
}
