// All that may run beside everything else does, as threads on one mapping, where
// ThreadSanitizer sees it: writers with payloads, readers of both directions,
// growth, reuse, observers, and threads that come, go, and end inside a change.
#include <atomic>
#include <random>
#include <span>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/crew.hpp"
#include "support/held_vertex.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr int rounds = 3'000;
/// All meet at so many vertices, which change: new lists grow, replace their
/// blocks and reuse others'.
constexpr vertex_id window = 12;

/// What an edge carries says which edge it is.
std::uint64_t payload_of(vertex_id source, vertex_id target) {
  return std::uint64_t{source} << 32 | target;
}

graph make_graph() {
  graph_options options;
  options.kind = graph_kind::bidirectional;
  options.payload = payload_type::of<std::uint64_t>();
  options.reserve = std::uint64_t{256} << 20;
  auto g = graph::create(anonymous, options);
  g.add_vertices(rounds + window);
  return g;
}

class everybody {
 public:
  void write(std::mt19937_64 engine) {
    for (int i = 0; i < rounds; ++i) {
      if (i % 2 == 0) ++first_;
      std::vector<endpoints> edges(8);
      std::vector<std::uint64_t> payloads;
      for (auto& [source, target] : edges) {
        source = any(engine);
        target = any(engine);
        payloads.push_back(payload_of(source, target));
      }
      const auto [source, target] = edges.front();
      g_.add_edge(source, target, payload_of(source, target));
      added_ +=
          1 + g_.add_edges(edges, std::span<const std::uint64_t>(payloads));
    }
  }

  void read(std::mt19937_64 engine) {
    std::uint64_t edges = 0;
    for (int i = 0; i < rounds; ++i) {
      const vertex_id v = any(engine);
      const auto out = g_.half_edges<std::uint64_t>(v);
      const auto in = g_.in_half_edges<std::uint64_t>(v);
      for (std::size_t k = 0; k < out.targets.size(); ++k) {
        require(out.payloads[k] == payload_of(v, out.targets[k]),
                "an edge with another's payload");
      }
      for (std::size_t k = 0; k < in.targets.size(); ++k) {
        require(in.payloads[k] == payload_of(in.targets[k], v),
                "an in-edge with another's payload");
      }
      require(out.targets.empty() || g_.has_edge(v, out.targets.back()),
              "an edge that was seen is not found");
      require(g_.degree(v) >= out.targets.size(), "an adjacency shrank");
      if (i % 64 == 0) {
        std::uint64_t seen = 0;
        g_.for_each_edge([&](const edge&) { ++seen; });
        require(seen >= edges, "edges went");
        edges = seen;
      }
      if (i % 3 == 0) g_.refresh();
    }
  }

  void look_after() {
    for (int i = 0; i < rounds / 4; ++i) {
      (void)g_.recover();
      require(g_.info().participants.size() <= detail::max_slots, "too many");
      g_.reserve(rounds, static_cast<std::uint64_t>(i) * 200);
      (void)g_.degree(g_.add_vertices(100) + 99);
      (void)g_.edge_count();
    }
    g_.populate();
  }

  void come_and_go() {
    for (int i = 0; i < rounds / 30; ++i) {
      std::vector<std::thread> guests;
      for (vertex_id guest = 0; guest < 12; ++guest) {
        guests.emplace_back([this, guest] {
          if (guest % 4 == 0) {
            // Ends with two vertices locked.
            const held_vertices held(g_, guest, guest + 1);
            return;
          }
          g_.add_edge(guest, guest / 2, payload_of(guest, guest / 2));
          ++added_;
        });
      }
      for (std::thread& guest : guests) guest.join();
    }
  }

  void check() {
    CHECK(g_.edge_count() == added_);
    CHECK(problems(g_) == "");
  }

 private:
  vertex_id any(std::mt19937_64& engine) const {
    return static_cast<vertex_id>(first_ + engine() % window);
  }

  graph g_ = make_graph();
  std::atomic<std::uint64_t> added_{0};
  std::atomic<vertex_id> first_{0};
};

}  // namespace

TEST_CASE("all that may run at once does, and everybody sees whole edges",
          "[graph][concurrent]") {
  const seeded_random random;
  everybody all;
  crew threads(crew_kind::threads, 7, [&](int number) {
    const auto engine = random.engine_for(number);
    if (number < 2) return all.write(engine);
    if (number < 4) return all.read(engine);
    if (number < 6) return all.come_and_go();
    all.look_after();
  });
  REQUIRE(threads.finish());
  all.check();
}
