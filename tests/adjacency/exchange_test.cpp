// Memory that one participant has too much of, and another needs.
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <csignal>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "participant/store.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/random.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr vertex_id vertices = 2000;

graph_options small(std::uint64_t limit = 0) {
  return {.kind = graph_kind::directed, .reserve = 256u << 20, .limit = limit};
}

void give_edges(graph& g, int each) {
  for (vertex_id v = 0; v < vertices; ++v) {
    for (int i = 0; i < each; ++i) g.add_edge(v, (v + 1) % vertices);
  }
}

void take_edges(graph& g, int each) {
  for (vertex_id v = 0; v < vertices; ++v) {
    for (int i = 0; i < each; ++i) g.remove_edge(v, (v + 1) % vertices);
  }
}

/// Inserts edges, of which each vertex gets one, until there is no memory left.
std::uint64_t fill_thinly(graph& g) {
  std::uint64_t count = 0;
  try {
    for (vertex_id v = 30; v < 100'000; ++v, ++count) g.add_edge(v, 0);
  } catch (const error& full) {
    CHECK(full.code() == errc::no_space);
  }
  return count;
}

/// Makes a change of memory of this thread's slot.
void commit(detail::core& c, detail::block_plan& plan) {
  detail::slot& me = c.who.mine();
  detail::commit_and_apply(
      c.memory, me, {.stores = plan.record(), .edges = detail::get(me.edges)});
  me.intent.state.store(detail::phase_idle);
}

/// As if nobody read anything of it any more.
void make_ready(detail::queue& q) {
  for (auto* bound : {&q.ready, &q.seal}) bound->store(q.tail.load());
}

/// Leaves this thread two blocks of a unit each: so many of them ready, and the
/// rest in its arena.  The keeper gets all other memory.
void keep_only(graph& g, detail::slot& keeper, unsigned ready,
               std::uint64_t rest) {
  g.add_edge(8, 9);
  detail::core& c = detail::core::of(g);
  detail::slot& me = c.who.mine();
  detail::block_plan bag(c.memory, me, c.space.sizes());
  require(bag.add_bag(0), "no room for a bag");
  commit(c, bag);
  for (unsigned i = 0; i < ready; ++i) {
    detail::block_plan block(c.memory, me, c.space.sizes());
    (void)block.retire(0, block.cut(1));
    commit(c, block);
  }
  make_ready(me.queues[0]);
  if (detail::arena::unpack(me.arena.load()).left == 0) {
    me.arena.store(me.spare.exchange(0));
  }
  detail::arena others = detail::arena::unpack(me.arena.load());
  me.arena.store(rest == 0 ? 0 : detail::arena{others.cut(rest), rest}.pack());
  keeper.arena.store(others.pack());
  keeper.spare.store(me.spare.exchange(0));
  c.memory.clocks().extent_frontier.store(c.memory.geometry().max_extents);
}

}  // namespace

TEST_CASE("what one only inserts and another only removes needs no more memory",
          "[adjacency][graph]") {
  const segment_name name("round");
  auto inserting = graph::create(name, small());
  // Another handle is another participant.
  auto removing = graph::open(name);
  inserting.add_vertices(vertices);
  std::uint64_t early = 0;
  for (int round = 0; round < 30; ++round) {
    give_edges(inserting, 32);
    inserting.refresh();
    take_edges(removing, 32);
    removing.refresh();
    if (round == 9) early = inserting.info().bytes_committed;
  }
  CHECK(inserting.info().bytes_committed <= early + early / 10);
  CHECK(problems(inserting) == "");
}

TEST_CASE("a window that one fills and another empties stays as large as it is",
          "[adjacency][graph]") {
  const segment_name name("window");
  auto inserting = graph::create(name, small());
  auto removing = graph::open(name);
  constexpr vertex_id many = 20'000;
  inserting.add_vertices(many);
  const seeded_random random;
  auto engine = random.engine_for(0);
  // Skewed, so that blocks of all sizes are needed and left in turn.
  const auto vertex = [&] {
    const auto r = static_cast<double>(engine() % 1'000'000) / 1e6;
    return static_cast<vertex_id>(r * r * r * many);
  };
  constexpr std::size_t window = 60'000;
  std::vector<endpoints> edges;
  std::uint64_t early = 0;
  for (std::size_t i = 0; i < 10 * window; ++i) {
    edges.push_back({vertex(), vertex()});
    inserting.add_edge(edges[i].source, edges[i].target);
    inserting.refresh();
    if (i < window) continue;
    const endpoints& old = edges[i - window];
    REQUIRE(removing.remove_edge(old.source, old.target));
    removing.refresh();
    if (i == 5 * window) early = inserting.info().bytes_used;
  }
  CHECK(inserting.info().bytes_used <= early + early / 5);
  CHECK(problems(inserting) == "");
}

TEST_CASE("what was left by who has gone is used before new memory",
          "[adjacency][graph][process]") {
  auto g = graph::create(anonymous, small());
  g.add_vertices(vertices);
  std::uint64_t early = 0;
  for (int round = 0; round < 12; ++round) {
    const bool killed = round % 2 == 0;
    process child = start_process([&] {
      give_edges(g, 16);
      take_edges(g, 16);
      if (killed) ::kill(::getpid(), SIGKILL);
      return 0;
    });
    CHECK(child.wait() == (killed ? -SIGKILL : 0));
    give_edges(g, 4);
    take_edges(g, 4);
    if (round == 3) early = g.info().bytes_committed;
  }
  CHECK(g.info().bytes_committed <= early + early / 10);
  CHECK(problems(g) == "");
}

TEST_CASE("a rest for which there is no bag is not lost when a block is cut up",
          "[adjacency][graph]") {
  auto g = graph::create(anonymous, {.reserve = 256u << 20});
  g.add_vertices(10);
  g.add_edges(std::vector<endpoints>{{8, 9}});
  detail::core& c = detail::core::of(g);
  detail::segment& memory = c.memory;
  detail::slot& me = c.who.mine();
  // A block of two units is ready; the arena's rest is a single one.
  detail::block_plan bag(memory, me, c.space.sizes());
  REQUIRE(bag.add_bag(1));
  commit(c, bag);
  detail::block_plan block(memory, me, c.space.sizes());
  REQUIRE(block.retire(1, block.cut(2)));
  commit(c, block);
  make_ready(me.queues[1]);
  if (detail::arena::unpack(me.arena.load()).left == 0) {
    me.arena.store(me.spare.exchange(0));
  }
  detail::arena rest = detail::arena::unpack(me.arena.load());
  const std::uint64_t last = rest.cut(1);
  me.arena.store(detail::arena{last, 1}.pack());
  memory.slot(6).arena.store(rest.pack());
  memory.slot(7).arena.store(me.spare.exchange(0));
  memory.clocks().extent_frontier.store(memory.geometry().max_extents);
  REQUIRE(problems(g) == "");

  CHECK(g.add_edge(0, 1).added);
  CHECK(problems(g) == "");
}

TEST_CASE("the last blocks are had wherever they are, at the first try",
          "[adjacency][graph][error][process]") {
  const segment_name name("last");
  auto g = graph::create(name, {.reserve = 256u << 20});
  g.add_vertices(10);
  auto other = graph::open(name);
  detail::slot& keeper = detail::core::of(other).who.mine();
  (void)detail::core::of(g).who.mine();
  detail::segment& memory = detail::core::of(g).memory;
  SECTION("the hint is wrong") {
    keep_only(g, keeper, 1, 1);
    memory.clocks().store.store(1);
  }
  SECTION("they are in a slot that nobody has") {
    std::thread([&] { keep_only(g, keeper, 2, 0); }).join();
  }
  SECTION("they are in the slot of one who was killed") {
    process child = start_process([&] {
      keep_only(g, keeper, 2, 0);
      return ::kill(::getpid(), SIGKILL);
    });
    CHECK(child.wait() == -SIGKILL);
  }
  CHECK(g.add_edge(0, 1).added);
  CHECK(problems(g) == "");
}

TEST_CASE("what is passed on while somebody reads it is not used meanwhile",
          "[adjacency][graph]") {
  const segment_name name("passed-on");
  auto g = graph::create(name, small());
  g.add_vertices(2000);
  auto reading = graph::open(name);
  auto third = graph::open(name);
  detail::core& c = detail::core::of(g);
  // Attached before those who leave.
  (void)detail::core::of(third).who.mine();
  for (int i = 0; i < 5; ++i) g.add_edge(5, 1);  // so that memory is at hand
  for (int i = 0; i < 4; ++i) g.add_edge(0, 1);
  const auto seen = reading.neighbors(0);
  const std::vector<vertex_id> before(seen.begin(), seen.end());
  g.add_edge(0, 1);  // Its block was small: it waits now …
  REQUIRE(c.space.advance(c.who.mine()));
  std::uint32_t left = 0;
  std::thread([&] {
    graph gone = graph::open(name);
    left =
        detail::core::of(gone).who.index_of(detail::core::of(gone).who.mine());
    for (vertex_id v = 10; v < 12; ++v) {
      for (int i = 0; i < 5; ++i) gone.add_edge(v, 1);
    }
  }).join();
  detail::slot& store = c.memory.slot(left);
  // … and goes to a slot that has never waited itself.
  make_ready(store.queues[0]);
  store.stamp.store(0);
  c.memory.clocks().store.store(1);
  g.add_edge(20, 2);
  REQUIRE(detail::ready_in(store.queues[0]) == 0);
  REQUIRE(store.queues[0].tail > store.queues[0].ready);

  for (vertex_id v = 100; v < 1000; ++v) third.add_edge(v, 3);
  for (vertex_id v = 1000; v < 1900; ++v) g.add_edge(v, 3);
  CHECK(std::equal(seen.begin(), seen.end(), before.begin(), before.end()));
  reading.refresh();
  CHECK(problems(g) == "");
}

TEST_CASE("before there is no space, larger blocks become small ones",
          "[adjacency][graph][error]") {
  const segment_name name("cut");
  auto g = graph::create(name, small(5u << 20));
  g.add_vertices(100'000);
  SECTION("those of the same participant") {
    for (vertex_id v = 0; v < 30; ++v) {
      for (int i = 0; i < 10'000; ++i) g.add_edge(v, 0);
    }
    for (vertex_id v = 0; v < 30; ++v) g.clear_out_edges(v);
  }
  SECTION("those of one who has gone") {
    auto other = graph::open(name);
    for (vertex_id v = 0; v < 30; ++v) {
      for (int i = 0; i < 10'000; ++i) other.add_edge(v, 0);
    }
    for (vertex_id v = 0; v < 30; ++v) other.clear_out_edges(v);
  }
  // What the thirty had alone makes more than this.
  CHECK(fill_thinly(g) > 60'000);
  CHECK(problems(g) == "");
}
