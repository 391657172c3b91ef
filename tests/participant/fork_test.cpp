// Fork, with everything going on.
#include <pthread.h>

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// Writes in a thread of its own: as much as it is given leave to.
class busy_writer {
 public:
  explicit busy_writer(graph& g) : thread_([this, &g] { write(g); }) {}
  /// Returns while the writer is at it.
  void go_on() {
    const std::uint64_t before = written_.load();
    leave_.store(before + 5'000);
    while (written_.load() < before + 100) std::this_thread::yield();
  }
  ~busy_writer() {
    stop_.store(true);
    thread_.join();
  }

 private:
  void write(graph& g) {
    for (vertex_id i = 0; !stop_.load();) {
      if (written_.load() >= leave_.load()) continue;
      ++i;
      g.add_edge(i % 50, i * 7 % 50, std::uint64_t{i});
      written_.fetch_add(1);
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> leave_{0};
  std::atomic<std::uint64_t> written_{0};
  std::thread thread_;
};

/// What a library that was loaded before does in a forked child.
graph* used_at_fork = nullptr;
const int registered_early = ::pthread_atfork(nullptr, nullptr, [] {
  if (used_at_fork) used_at_fork->add_edge(0, 1);
});

}  // namespace

TEST_CASE("a fork handler older than any graph may use one in the child",
          "[participant][process]") {
  const auto placing = GENERATE(placement::anonymous, placement::isolated);
  CAPTURE(placing);
  REQUIRE(registered_early == 0);
  auto g = graph::create(placing, {.reserve = 64u << 20});
  g.add_vertices(2);
  g.add_edge(0, 1);
  used_at_fork = &g;
  process child = start_process([&] {
    g.add_edge(1, 0);
    require(g.edge_count() == 3, "an edge is missing");
    require(g.info().participants.size() == (placing == anonymous ? 2 : 1),
            "the child is not one participant");
    require(problems(g).empty(), "the graph is damaged");
    return 0;
  });
  used_at_fork = nullptr;
  CHECK(wait_for(child) == 0);
  CHECK(g.edge_count() == (placing == anonymous ? 3 : 1));
}

TEST_CASE(
    "a fork amid writing gives the child a whole copy of an isolated "
    "graph",
    "[participant][process][crash]") {
  graph_options options{.payload = payload_type::of<std::uint64_t>(),
                        .reserve = 1u << 30};
  auto g = graph::create(isolated, options);
  g.add_vertices(50);
  busy_writer writer(g);
  for (int i = 0; i < 20; ++i) {
    writer.go_on();
    process child = start_process([&] {
      require(problems(g).empty(), "the copy is damaged");
      const auto before = g.edge_count();
      for (vertex_id v = 0; v < 50; ++v) {
        g.add_edge(v, 49 - v, std::uint64_t{v});
      }
      require(g.edge_count() == before + 50, "an edge was lost");
      require(problems(g).empty(), "the copy is damaged after writing");
      return 0;
    });
    REQUIRE(wait_for(child) == 0);
  }
}

TEST_CASE(
    "a fork amid writing makes the child one more writer of a shared "
    "graph",
    "[participant][process]") {
  graph_options options{.payload = payload_type::of<std::uint64_t>(),
                        .reserve = 1u << 30};
  auto g = graph::create(anonymous, options);
  g.add_vertices(50);
  {
    busy_writer writer(g);
    for (int i = 0; i < 20; ++i) {
      writer.go_on();
      process child = start_process([&] {
        for (vertex_id v = 0; v < 50; ++v) {
          g.add_edge(v, 49 - v, std::uint64_t{v});
        }
        return 0;
      });
      REQUIRE(wait_for(child) == 0);
    }
  }
  CHECK(g.degree(0) >= 20);
  CHECK(problems(g) == "");
}
