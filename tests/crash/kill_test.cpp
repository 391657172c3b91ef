// Killed at random moments: what was acknowledged is there, nothing is torn,
// and nobody hangs.
#include <sys/mman.h>

#include <atomic>
#include <csignal>
#include <map>
#include <new>
#include <random>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/crew.hpp"
#include "support/held_vertex.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr vertex_id vertices = 40;

/// How many operations each life of each worker was told have succeeded, and
/// how many it may begin.  Lies in memory that survives the worker.
class life_log {
 public:
  static constexpr std::size_t lives = 4096;

  life_log()
      : counts_(
            static_cast<word*>(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                      MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    for (std::size_t i = 0; i < 2 * lives; ++i) new (counts_ + i) word(0);
  }
  ~life_log() { ::munmap(counts_, bytes); }
  life_log(const life_log&) = delete;

  std::atomic<std::uint64_t>& acknowledged(std::size_t life) {
    return counts_[2 * life];
  }
  std::atomic<std::uint64_t>& allowed(std::size_t life) {
    return counts_[2 * life + 1];
  }

 private:
  using word = std::atomic<std::uint64_t>;
  static constexpr std::size_t bytes = 2 * lives * sizeof(word);
  word* counts_;
};

/// What a life does: edges that follow from its number.
struct sequence {
  std::mt19937_64 engine;
  endpoints next() {
    const std::uint64_t bits = engine();
    return {static_cast<vertex_id>(bits % vertices),
            static_cast<vertex_id>(bits / vertices % vertices)};
  }
};

struct setting {
  const char* name;
  graph_options options;
};

setting setting_of(int number) {
  graph_options o;
  o.reserve = 1u << 30;
  switch (number) {
    case 0:
      return {"undirected", o};
    case 1:
      o.kind = graph_kind::bidirectional;
      o.payload = payload_type::of<std::uint64_t>();
      return {"bidirectional, payload", o};
    case 2:
      o.kind = graph_kind::directed;
      o.parallel = parallel_edges::forbid;
      return {"directed, no parallel edges", o};
    default:
      o.keys = key_kind::u64;
      return {"undirected, keys", o};
  }
}

/// The vertex of a number: by key in a keyed graph, whose key table thereby
/// grows while workers are killed.
vertex_id vertex_of(graph& g, vertex_id number) {
  return g.keys() == key_kind::none ? number
                                    : g.vertex(std::uint64_t{number} * 977);
}

[[noreturn]] void work(graph& g, sequence edges, life_log& log,
                       std::size_t life) {
  for (std::uint64_t i = 1;; ++i) {
    while (log.allowed(life).load() < i) std::this_thread::yield();
    const endpoints e = edges.next();
    const vertex_id u = vertex_of(g, e.source);
    const vertex_id v = vertex_of(g, e.target);
    if (g.payload().size != 0) {
      g.add_edge(u, v, i);
    } else {
      g.add_edge(u, v);
    }
    log.acknowledged(life).store(i, std::memory_order_release);
  }
}

using edge_counts = std::map<std::pair<vertex_id, vertex_id>, std::int64_t>;

edge_counts counts_in(graph& g) {
  edge_counts all;
  g.for_each_edge([&](const edge& e) {
    auto ends = std::pair(e.source, e.target);
    if (g.keys() != key_kind::none) {
      ends = {static_cast<vertex_id>(g.key_number(e.source) / 977),
              static_cast<vertex_id>(g.key_number(e.target) / 977)};
    }
    if (g.kind() == graph_kind::undirected && ends.second < ends.first) {
      std::swap(ends.first, ends.second);
    }
    ++all[ends];
  });
  return all;
}

}  // namespace

TEST_CASE("2000 kills lose no acknowledged edge and tear none",
          "[crash][process]") {
  const int number = GENERATE(0, 1, 2, 3);
  const setting how = setting_of(number);
  CAPTURE(how.name);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr std::size_t kills = 50;
#else
  constexpr std::size_t kills = 500;
#endif
  constexpr std::size_t workers = 3;
  seeded_random random;
  graph g = graph::create(anonymous, how.options);
  if (how.options.keys == key_kind::none) g.add_vertices(vertices);
  life_log log;

  std::size_t lives = 0;
  const auto start = [&] {
    const std::size_t life = lives++;
    return std::pair(life, start_process([&, life]() -> int {
                       work(g, {random.engine_for(static_cast<int>(life))}, log,
                            life);
                     }));
  };
  std::vector<std::pair<std::size_t, process>> crew;
  for (std::size_t i = 0; i < workers; ++i) crew.push_back(start());
  for (std::size_t kill = 0; kill < kills; ++kill) {
    auto& post = crew[random.below(workers)];
    auto& [life, victim] = post;
    // At a random moment of its work, which the clock has no part in.
    // The others work beside it until then.
    for (const auto& member : crew) log.allowed(member.first) += 60;
    const std::uint64_t until =
        log.acknowledged(life).load() + random.below(60);
    while (log.acknowledged(life).load() < until) std::this_thread::yield();
    victim.send(SIGKILL);
    REQUIRE(victim.wait() == -SIGKILL);
    post = start();
  }
  for (auto& [life, last] : crew) {
    last.send(SIGKILL);
    REQUIRE(last.wait() == -SIGKILL);
  }

  REQUIRE(problems(g) == "");
  edge_counts left = counts_in(g);
  std::int64_t sum = 0;
  for (const auto& [ends, count] : left) sum += count;
  for (std::size_t life = 0; life < lives; ++life) {
    sequence edges{random.engine_for(static_cast<int>(life))};
    const std::uint64_t told = log.acknowledged(life).load();
    for (std::uint64_t i = 0; i < told; ++i) {
      auto [u, v] = edges.next();
      if (how.options.kind == graph_kind::undirected && v < u) std::swap(u, v);
      auto& count = left[{u, v}];
      if (how.options.parallel == parallel_edges::forbid) {
        REQUIRE(count == 1);
      } else {
        --count;
        --sum;
        if (count < 0) FAIL("an acknowledged edge is missing");
      }
    }
  }
  if (how.options.parallel == parallel_edges::allow) {
    // At most one edge a life was inserted but not yet acknowledged.
    CHECK(sum <= static_cast<std::int64_t>(lives));
  }
}
