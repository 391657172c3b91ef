// A graph in a file after a restart of the machine: locks are garbage, and all
// who used it are dead, perhaps inside a change.
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <new>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "participant/life_lock.hpp"
#include "support/crew.hpp"
#include "support/failure.hpp"
#include "support/first_page.hpp"
#include "support/held_vertex.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

constexpr vertex_id vertices = 40;

void make_graph(const placed& where) {
  auto g = graph::create(where, {.payload = payload_type::of<std::uint64_t>(),
                                 .keys = key_kind::u64,
                                 .reserve = 1u << 30});
  for (std::uint64_t k = 0; k < vertices; ++k) (void)g.vertex(k);
}

/// What a dead process acknowledged; it outlives it.
struct log_page {
  std::atomic<std::uint64_t> edges{0};
  std::atomic<int> ready{0};
};

class shared_log {
 public:
  shared_log()
      : page_(new (::mmap(nullptr, sizeof(log_page), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0)) log_page) {}
  ~shared_log() { ::munmap(page_, sizeof(log_page)); }
  shared_log(const shared_log&) = delete;
  log_page* operator->() const { return page_; }

 private:
  log_page* page_;
};

/// Inserts edges and keys until it is killed.
process weave(const placed& where, const shared_log& log, std::uint64_t seed) {
  return start_process([&, seed] {
    auto g = graph::open(where);
    for (std::uint64_t i = seed;; ++i) {
      const auto v = static_cast<vertex_id>(i * 7919 % vertices);
      g.add_edge(v, static_cast<vertex_id>(i * 104729 % vertices), i);
      log->edges.fetch_add(1);
      if (i % 7 == 0) (void)g.vertex(i);
      log->ready.store(1);
    }
    return 0;
  });
}

void let_it_run(seeded_random& random, std::uint64_t most_us) {
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::microseconds(random.below(most_us));
  while (std::chrono::steady_clock::now() < until) {
  }
}

/// What the kernel wrote into the locks when their holders died means nothing
/// after a restart, nor what it did not write.
void spoil_locks(const placed& where, seeded_random& random) {
  for (std::uint64_t i = 0; i < detail::slots_per_commit; ++i) {
    const std::uint64_t offset =
        detail::slots_offset + i * sizeof(detail::slot);
    std::uint64_t word = random();
    if (i % 2 == 0) write_at(where.path(), offset, &word, sizeof word);
    word = random();
    if (i % 3 == 0) write_at(where.path(), offset + 16, &word, sizeof word);
  }
}

/// Kills a process inside a change, so that it holds two vertices.
void die_holding(const placed& where, vertex_id u, vertex_id v) {
  process child = start_process([&] {
    const auto g = graph::open(where);
    const held_vertices held(g, u, v);
    ::raise(SIGKILL);
    return 0;
  });
  REQUIRE(child.wait() == -SIGKILL);
}

}  // namespace

TEST_CASE("a file is repaired after a restart: whoever used it is dead",
          "[graph][placement][crash][process]") {
  const placed where(placement::file);
  make_graph(where);
  die_holding(where, 3, 5);
  seeded_random random;
  spoil_locks(where, random);
  pretend_restart(where.path());
  auto g = graph::open(where);
  CHECK(g.info().participants.empty());
  CHECK(g.add_edge(3, 5, std::uint64_t{1}).added);
  CHECK(problems(g) == "");
  // It is of this boot now: the next one just opens it, while we are there.
  CHECK(graph::open(where).edge_count() == 1);
}

TEST_CASE("nothing acknowledged is lost by a restart after a kill",
          "[graph][placement][crash][process]") {
  const placed where(placement::file);
  make_graph(where);
  const shared_log log;
  seeded_random random;
  for (int round = 0; round < 20; ++round) {
    log->ready.store(0);
    process one = weave(where, log, random.below(1 << 20));
    process other = weave(where, log, random.below(1 << 20));
    while (log->ready.load() == 0) {
    }
    let_it_run(random, 1000);
    one.send(SIGKILL);
    other.send(SIGKILL);
    REQUIRE(one.wait() == -SIGKILL);
    REQUIRE(other.wait() == -SIGKILL);
    spoil_locks(where, random);
    pretend_restart(where.path());
    auto g = graph::open(where);
    REQUIRE(problems(g) == "");
    REQUIRE(g.edge_count() >= log->edges.load());
    log->edges.store(g.edge_count());
  }
}

TEST_CASE("who is killed while it repairs a file is followed by the next",
          "[graph][placement][crash][process]") {
  const placed where(placement::file);
  make_graph(where);
  const shared_log log;
  seeded_random random;
  for (int round = 0; round < 150; ++round) {
    die_holding(where, static_cast<vertex_id>(random.below(vertices)),
                static_cast<vertex_id>(random.below(vertices)));
    spoil_locks(where, random);
    pretend_restart(where.path());
    log->ready.store(0);
    process child = start_process([&] {
      log->ready.store(1);
      (void)graph::open(where);
      ::pause();
      return 0;
    });
    while (log->ready.load() == 0) {
    }
    let_it_run(random, 300);
    child.send(SIGKILL);
    REQUIRE(child.wait() == -SIGKILL);
    auto g = graph::open(where);
    REQUIRE(problems(g) == "");
    REQUIRE(g.add_edge(1, 2, std::uint64_t{3}).added);
  }
}

TEST_CASE("a repair that stops at any of its steps is done again",
          "[graph][placement][crash][process]") {
  const placed where(placement::file);
  make_graph(where);
  seeded_random random;
  // 0: alone with the file; 1 to 16: so many locks made anew; 17: all is done
  // but to say so.
  for (std::uint32_t step = 0; step <= 17; ++step) {
    die_holding(where, 3, 5);
    spoil_locks(where, random);
    pretend_restart(where.path());
    process child = start_process([&] {
      detail::core c(detail::segment::open(where, std::chrono::seconds(1)), {});
      require(c.memory.is_of_another_boot(), "nothing is to be repaired");
      for (std::uint32_t i = 0; i < std::min(step, 16u); ++i) {
        detail::life_lock::initialise(c.memory.slot(i).life);
      }
      if (step == 17) c.who.revive();
      ::raise(SIGKILL);
      return 0;
    });
    REQUIRE(child.wait() == -SIGKILL);
    REQUIRE(first_page_of(where.path()).boot_id[0] == '_');
    auto g = graph::open(where);
    REQUIRE(problems(g) == "");
    REQUIRE(g.add_edge(3, 5, std::uint64_t{step}).added);
  }
}

TEST_CASE("of those who open a file after a restart at once, one repairs it",
          "[graph][placement][crash][process]") {
  const placed where(placement::file);
  make_graph(where);
  seeded_random random;
  constexpr int openers = 4;
  constexpr std::uint64_t edges = 50;
  for (std::uint64_t round = 1; round <= 25; ++round) {
    die_holding(where, 7, 8);
    spoil_locks(where, random);
    pretend_restart(where.path());
    crew all(crew_kind::processes, openers, [&](int worker) {
      auto g = graph::open(where);
      for (std::uint64_t i = 0; i < edges; ++i) {
        g.add_edge(static_cast<vertex_id>(7 + i % 2),
                   static_cast<vertex_id>(worker), i);
      }
    });
    REQUIRE(all.finish());
    const auto g = graph::open(where);
    REQUIRE(problems(g) == "");
    REQUIRE(g.edge_count() == round * openers * edges);
  }
}

TEST_CASE("a file that another boot has open is left alone",
          "[graph][placement][process][error]") {
  const placed where(placement::file);
  make_graph(where);
  std::optional<graph> open_there = graph::open(where);
  pretend_restart(where.path());
  const wait_options hasty{.limit = std::chrono::milliseconds(30), .stop = {}};
  const failure refused =
      failure_of([&] { return graph::open(where, {.wait = hasty}); });
  CHECK(refused.code == errc::busy);
  CHECK_THAT(refused.message, Contains("another boot"));
  CHECK(open_there->add_edge(1, 2, std::uint64_t{3}).added);
  open_there.reset();
  CHECK(graph::open(where, {.wait = hasty}).edge_count() == 1);
}

TEST_CASE("what a restart cannot explain is not repaired but refused",
          "[graph][placement][process][error]") {
  const placed where(placement::file);
  make_graph(where);
  die_holding(where, 3, 5);
  const std::uint64_t state = detail::phase_committed | 1 << 8;
  const std::uint32_t halves = 3;
  constexpr std::uint64_t plan =
      detail::slots_offset + offsetof(detail::slot, intent);
  write_at(where.path(), plan + offsetof(detail::intent, state), &state,
           sizeof state);
  write_at(where.path(), plan + offsetof(detail::intent, halves), &halves,
           sizeof halves);
  pretend_restart(where.path());
  for (int i = 0; i < 2; ++i) {
    const failure refused = failure_of([&] { return graph::open(where); });
    CHECK(refused.code == errc::corrupt);
    CHECK_THAT(refused.message, Contains("participant 0"));
  }
}
