// tests/crash/scenario.cpp: the table of scenarios.
#include "crash/scenario.hpp"

#include <cstdint>
#include <initializer_list>
#include <stdexcept>

#include <telar/snapshot.hpp>

#include "graph/core.hpp"

namespace telar::test {
namespace {

using edges = std::vector<endpoints>;

/// A payload of which a block of four takes a thirtieth of an extent.
struct parcel {
  std::uint64_t words[64];
};

/// Whose edge it is: the payload says so, where there is one.
enum class by : std::uint64_t {
  victim_earlier = 100,
  victim = 200,
  others = 300
};

void add(graph& g, endpoints e, std::uint64_t mark) {
  if (g.payload().size == sizeof(parcel)) {
    parcel full{};
    for (std::uint64_t& word : full.words) word = mark;
    g.add_edge(e.source, e.target, full);
  } else if (g.payload().size != 0) {
    g.add_edge(e.source, e.target, mark);
  } else {
    g.add_edge(e.source, e.target);
  }
}

std::function<void(graph&)> adding(by whom, edges all) {
  return [=](graph& g) {
    auto mark = static_cast<std::uint64_t>(whom);
    for (const endpoints e : all) add(g, e, mark++);
  };
}
/// What the victim does before its call …
auto having(edges all) { return adding(by::victim_earlier, std::move(all)); }
/// … and others after it.
auto then(edges all) { return adding(by::others, std::move(all)); }

/// A call of `add_edge`.
auto inserting(vertex_id u, vertex_id v) {
  return [=](std::optional<graph>& g, std::size_t) {
    add(*g, {u, v}, static_cast<std::uint64_t>(by::victim));
  };
}

/// A call of `add_edges`.
auto inserting_all(edges all) {
  return [=](std::optional<graph>& g, std::size_t parts) {
    g->add_edges(std::span(all).first(parts));
  };
}

edges times(std::size_t count, endpoints e) { return edges(count, e); }

edges together(std::initializer_list<edges> lists) {
  edges all;
  for (const edges& list : lists)
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

graph_options kind_of(graph_kind kind, payload_type payload = {}) {
  graph_options made;
  made.kind = kind;
  made.payload = std::move(payload);
  return made;
}

graph_options without_parallels(graph_kind kind) {
  graph_options made = kind_of(kind);
  made.parallel = parallel_edges::forbid;
  return made;
}

const payload_type number = payload_type::of<std::uint64_t>();
constexpr auto undirected = graph_kind::undirected;
constexpr auto directed = graph_kind::directed;
constexpr auto bidirectional = graph_kind::bidirectional;

detail::slot& slot_of(graph& g) { return detail::core::of(g).who.mine(); }

/// Makes what this thread retired reusable: otherwise that takes dozens of
/// changes more.
void settle(graph& g) {
  detail::core& c = detail::core::of(g);
  for (int i = 0; i < 3; ++i) c.space.advance(slot_of(g));
}

/// Reads a vertex whose neighbours are all vertex 1.
void read_unchanged(const graph& g, vertex_id v) {
  for (const vertex_id target : g.neighbors(v)) {
    if (target != 1) throw std::runtime_error("an entry is another's (I2)");
  }
}

/// Four edges 0–1, whose blocks are full, while there is nothing to be reused.
void four_edges_in_reused_blocks(graph& g) {
  having(times(5, {7, 8}))(g);
  settle(g);
  having(times(4, {0, 1}))(g);
}

/// Inserts single edges far from the others until the slot's memory satisfies
/// the condition.
template <typename Condition>
std::function<void(graph&)> filling_until(Condition holds) {
  return [=](graph& g) {
    add(g, {0, 1}, 0);
    const auto rest = [&](const detail::word64& word) {
      return detail::arena::unpack(detail::get(word)).left;
    };
    for (vertex_id v = 300;
         !holds(rest(slot_of(g).arena), rest(slot_of(g).spare)); v += 2) {
      add(g, {v, v + 1}, v);
    }
  };
}

/// Two blocks for parcels, which the next edge needs: 129 units each.
constexpr std::uint64_t two_blocks = 258;

std::vector<scenario> appends() {
  return {
      {.name = "inserts the first edge of two vertices",
       .earlier = having({{8, 9}}),
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "inserts an edge where there is room",
       .earlier = having({{0, 1}}),
       .call = inserting(0, 1),
       .next = then({{1, 0}})},
      {.name = "inserts an edge against the order of locking",
       .earlier = having({{0, 1}}),
       .call = inserting(1, 0),
       .next = then({{0, 1}})},
      {.name = "inserts an edge beside one at its higher end",
       .earlier = having({{0, 1}, {1, 2}}),
       .call = inserting(0, 1),
       .next = then({{1, 2}})},
      {.name = "waits for the lower vertex of its edge",
       .earlier = having({{0, 1}}),
       .call = inserting(1, 0),
       .next = then({{0, 1}}),
       .held = 0},
      {.name = "waits for the higher vertex of its edge",
       .earlier = having(times(4, {0, 1})),
       .call = inserting(0, 1),
       .next = then({{0, 1}}),
       .held = 1},
      {.name = "retires a block for the first time",
       .earlier = having({{0, 2}, {0, 3}, {0, 4}, {0, 5}, {1, 6}}),
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "moves both ends to larger blocks",
       .earlier = having(together({times(5, {7, 8}), times(4, {0, 1})})),
       .call = inserting(0, 1),
       .next = then({{1, 0}})},
      {.name =
           "moves both ends to larger blocks, and a newcomer takes its slot",
       .earlier = having(together({times(5, {7, 8}), times(4, {0, 1})})),
       .call = inserting(0, 1),
       .next = then({{1, 0}}),
       .newcomer = true},
      {.name = "inserts an undirected loop",
       .earlier = having({{0, 1}}),
       .call = inserting(0, 0),
       .next = then({{0, 1}})},
      {.name = "inserts an undirected loop for which there is no room",
       .earlier = having({{0, 1}, {0, 2}, {0, 3}}),
       .call = inserting(0, 0),
       .next = then({{0, 0}})},
      {.name = "inserts a directed edge",
       .options = kind_of(directed, number),
       .earlier = having({{0, 1}}),
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "moves a directed edge's source to a larger block",
       .options = kind_of(directed, number),
       .earlier = having(together({times(5, {7, 8}), times(4, {0, 1})})),
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "inserts an edge with in-edges",
       .options = kind_of(bidirectional, number),
       .earlier = having({{0, 1}}),
       .call = inserting(0, 1),
       .next = then({{1, 0}})},
      {.name = "moves both lists of a bidirectional loop",
       .options = kind_of(bidirectional, number),
       .earlier = having(together({times(5, {7, 8}), times(4, {0, 0})})),
       .call = inserting(0, 0),
       .next = then({{0, 0}})},
      {.name = "moves an edge's payloads",
       .options = kind_of(undirected, number),
       .earlier = having(times(4, {0, 1})),
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "inserts an edge that must not be parallel",
       .options = without_parallels(undirected),
       .earlier = having({{0, 2}, {1, 3}}),
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "is refused a parallel edge",
       .options = without_parallels(bidirectional),
       .earlier = having({{0, 1}, {0, 2}}),
       .call = inserting(0, 1),
       .next = then({{0, 3}})},
  };
}

std::vector<scenario> spans() {
  const edges five{{0, 1}, {1, 2}, {2, 0}, {0, 0}, {1, 0}};
  return {
      {.name = "inserts a span of edges",
       .earlier = having({{0, 1}, {1, 2}}),
       .call = inserting_all(five),
       .parts = five.size(),
       .next = then({{0, 2}})},
      {.name = "inserts a span of more than a batch",
       .options = kind_of(directed),
       .earlier = having({{0, 1}}),
       .call = inserting_all(times(17, {0, 1})),
       .parts = 17,
       .next = then({{0, 2}})},
  };
}

/// Edges to remove, and blocks at whose bound they lie.
std::vector<scenario> removals() {
  const auto removing = [](vertex_id u, vertex_id v) {
    return [=](std::optional<graph>& g, std::size_t) { g->remove_edge(u, v); };
  };
  // What a remover leaves half done, nobody meets by chance.
  const auto going_on = [](graph& g) {
    g.recover();
    then({{1, 2}})(g);
  };
  const auto first_of_0 = [](graph& g) {
    return edge{0, g.neighbors(0)[0], 0};
  };
  return {
      {.name = "removes an edge",
       .earlier = having({{0, 1}, {0, 2}, {1, 2}}),
       .call = removing(0, 1),
       .next = then({{0, 1}})},
      {.name = "removes the last edge of two vertices",
       .earlier = having({{0, 1}}),
       .call = removing(1, 0),
       .next = then({{0, 1}})},
      {.name = "moves both ends to smaller blocks",
       .options = kind_of(undirected, number),
       .earlier = having(together({times(5, {7, 8}), times(5, {0, 1})})),
       .call = removing(0, 1),
       .next = then({{1, 0}})},
      {.name = "removes an undirected loop",
       .earlier = having({{0, 1}, {0, 0}, {0, 2}}),
       .call = removing(0, 0),
       .next = then({{0, 0}})},
      {.name = "removes a directed edge",
       .options = kind_of(directed, number),
       .earlier = having({{0, 1}, {0, 2}}),
       .call = removing(0, 1),
       .next = then({{0, 1}})},
      {.name = "removes a bidirectional loop",
       .options = kind_of(bidirectional, number),
       .earlier = having({{0, 0}, {0, 1}, {1, 0}}),
       .call = removing(0, 0),
       .next = then({{0, 0}})},
      {.name = "gives an edge another payload",
       .options = kind_of(bidirectional, number),
       .earlier = having({{0, 1}, {0, 2}}),
       .call = [=](auto& g,
                   std::size_t) { g->set(first_of_0(*g), std::uint64_t{77}); },
       .next = then({{0, 1}})},
      {.name = "overwrites an edge's payload",
       .options = kind_of(undirected, number),
       .earlier = having({{0, 1}, {0, 2}}),
       .call =
           [=](auto& g, std::size_t) {
             g->set_unversioned(first_of_0(*g), std::uint64_t{77});
           },
       .next = then({{0, 1}})},
      {.name = "removes a vertex",
       .earlier = having({{0, 1}, {0, 2}, {0, 0}, {1, 2}}),
       .call = [](auto& g, std::size_t) { g->remove_vertex(0); },
       .next = going_on},
      {.name = "removes a vertex of a directed graph",
       .options = kind_of(directed),
       .earlier = having({{0, 1}, {1, 0}, {1, 2}}),
       .call = [](auto& g, std::size_t) { g->remove_vertex(0); },
       .next = going_on},
      {.name = "removes a vertex, and uses it again",
       .earlier = having({{7, 1}}),
       .call =
           [](auto& g, std::size_t parts) {
             g->remove_vertex(7);
             if (parts == 1) return;
             settle(*g);
             g->add_vertex();
           },
       .parts = 2,
       .next = going_on},
  };
}

/// Changes that must keep what a snapshot reads.
std::vector<scenario> beside_snapshots() {
  const auto taken_after = [](edges all) {
    return [=](graph& g) {
      having(all)(g);
      // Its thread ends, the process goes on.
      static std::optional<snapshot> held;
      held = g.snapshot();
    };
  };
  return {
      {.name = "takes a snapshot",
       .earlier = having({{0, 1}}),
       .call = [](auto& g, std::size_t) { (void)g->snapshot(); },
       .parts = 0,
       .next = then({{0, 1}})},
      {.name = "inserts an edge that a snapshot must not see",
       .earlier = taken_after({{0, 1}}),
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "removes an edge that a snapshot sees",
       .options = kind_of(bidirectional, number),
       .earlier = taken_after({{0, 1}, {0, 2}}),
       .call = [](auto& g, std::size_t) { g->remove_edge(0, 1); },
       .next = then({{0, 1}})},
      {.name = "drops what no snapshot needs any more",
       .earlier =
           [](graph& g) {
             having({{0, 1}})(g);
             {
               const auto held = g.snapshot();
               having({{0, 1}})(g);
             }
             (void)g.snapshot();
             settle(g);
           },
       .call = inserting(0, 1),
       .next = then({{1, 0}})},
  };
}

std::vector<scenario> memory() {
  const graph_options parcels = kind_of(undirected, payload_type::of<parcel>());
  const auto used_up = filling_until(
      [](auto arena, auto spare) { return arena < two_blocks && spare == 0; });
  const auto both_short = filling_until([](auto arena, auto spare) {
    return arena < two_blocks && spare != 0 &&
           spare < two_blocks + detail::carving_units;
  });
  return {
      {.name = "reuses a retired block",
       .earlier =
           [](graph& g) {
             having(together({times(5, {4, 5}), times(5, {6, 7})}))(g);
             settle(g);
           },
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "needs a second bag for what it retires",
       .options = kind_of(directed),
       .earlier =
           [](graph& g) {
             for (vertex_id v = 0; v < 48; ++v) having(times(5, {v + 2, 1}))(g);
             having(times(4, {0, 1}))(g);
           },
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "begins to reuse what was retired",
       .options = kind_of(directed),
       .earlier =
           [](graph& g) {
             having(together({times(5, {2, 1}), times(4, {0, 1})}))(g);
             detail::set(slot_of(g).retired, 200);
           },
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "reuses nothing that somebody reads",
       .earlier = four_edges_in_reused_blocks,
       .call = inserting_all({{0, 1}, {2, 3}}),
       .parts = 2,
       .next = then({{0, 2}}),
       .reader = true},
      {.name = "looks in vain for what it may reuse",
       .earlier = four_edges_in_reused_blocks,
       .call =
           [](std::optional<graph>& g, std::size_t parts) {
             g->add_edge(0, 1);
             if (parts == 1) return;
             settle(*g);
             g->add_edge(2, 3);
           },
       .parts = 2,
       .next = then({{0, 2}}),
       .reader = true},
      {.name = "takes the last block of a bag",
       .options = kind_of(directed),
       .earlier =
           [](graph& g) {
             // As many blocks as fill a bag, and one.
             for (vertex_id v = 0; v < 49; ++v) having(times(5, {v + 2, 1}))(g);
             settle(g);
             for (vertex_id v = 60; v < 107; ++v) add(g, {v, 1}, v);
           },
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "cuts, and a newcomer reuses",
       .earlier = four_edges_in_reused_blocks,
       .call =
           [](std::optional<graph>& g, std::size_t parts) {
             g->add_edge(0, 1);
             if (parts == 1) return;
             detail::core::of(*g).space.advance(slot_of(*g));
             g->add_edge(2, 3);
           },
       .parts = 2,
       .next =
           [](graph& g) {
             detail::core::of(g).space.advance(slot_of(g));
             add(g, {0, 2}, 0);
           },
       .newcomer = true,
       .reader = true},
      {.name = "sweeps",
       .options = kind_of(directed),
       .earlier =
           [](graph& g) {
             add(g, {0, 1}, 0);
             detail::set(slot_of(g).operations, (1 << 14) - 1);
           },
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "claims an extent that is committed for it",
       .options = parcels,
       .earlier = used_up,
       .call = inserting(2, 3),
       .next = then({{2, 3}})},
      {.name = "claims an extent, and a newcomer takes its slot",
       .options = parcels,
       .earlier = used_up,
       .call = inserting(2, 3),
       .next = then({{2, 3}}),
       .newcomer = true},
      {.name = "carves the rest of its arena",
       .options = parcels,
       .earlier = both_short,
       .call = inserting(2, 3),
       .next = then({{2, 3}})},
  };
}

std::vector<scenario> vertices() {
  const auto adding_vertices = [](std::uint64_t count) {
    return
        [=](std::optional<graph>& g, std::size_t) { g->add_vertices(count); };
  };
  const auto one_more = [](graph& g) { g.add_vertex(); };
  return {
      {.name = "adds a vertex",
       .earlier = having({{0, 1}}),
       .call = adding_vertices(1),
       .next = one_more},
      {.name = "adds vertices beyond what is committed",
       .options = kind_of(bidirectional),
       .earlier = having({{0, 1}}),
       .call = adding_vertices(600),
       .next = one_more},
  };
}

std::vector<scenario> keys() {
  graph_options named;
  named.keys = key_kind::string;
  const auto asking = [](const std::string& key) {
    return [=](std::optional<graph>& g, std::size_t) { (void)g->vertex(key); };
  };
  const auto naming = [](std::vector<std::string> all) {
    return [=](graph& g) {
      for (const std::string& key : all) (void)g.vertex(key);
    };
  };
  return {
      {.name = "adds a key",
       .options = named,
       .earlier = naming({"Ada", "Bo"}),
       .call = asking("a key that is longer than one unit"),
       .next = naming({"Cleo"})},
      {.name = "adds a key that the next one adds, too",
       .options = named,
       .earlier = naming({"Ada", "Bo"}),
       .call = asking("Cleo"),
       .next = naming({"Cleo", "Dora"})},
      {.name = "adds a key, and a newcomer takes its slot",
       .options = named,
       .earlier = naming({"Ada", "Bo"}),
       .call = asking("Cleo"),
       .next = naming({"Dora"}),
       .newcomer = true},
      {.name = "adds the key that doubles the buckets",
       .options = named,
       .earlier =
           [](graph& g) {
             for (int i = 0; i < 256; ++i) (void)g.vertex(std::to_string(i));
           },
       .call = asking("Cleo"),
       .next = naming({"Dora"})},
  };
}

std::vector<scenario> comings_and_goings() {
  return {
      {.name = "attaches, and inserts an edge",
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "attaches, and reads",
       .call = [](auto& g, std::size_t) { (void)g->neighbors(0); },
       .parts = 0,
       .next = then({{0, 1}}),
       .newcomer = true},
      {.name = "attaches where all slots are taken",
       .call = [](auto& g, std::size_t) { (void)g->neighbors(0); },
       .parts = 0,
       .next = then({{0, 1}}),
       .newcomer = true,
       .crowded = true},
      {.name = "reads while others replace",
       .earlier = having(times(4, {0, 1})),
       .call = [](auto& g, std::size_t) { read_unchanged(*g, 0); },
       .parts = 0,
       .next =
           [](graph& g) {
             add(g, {0, 1}, 0);
             settle(g);
             for (vertex_id v = 10; v < 14; ++v) add(g, {v, v + 10}, 0);
           },
       .next_is_many = true},
      {.name = "reads, and closes its handle",
       .earlier = having(together({times(5, {0, 1})})),
       .call =
           [](auto& g, std::size_t) {
             (void)g->neighbors(0);
             g.reset();
           },
       .parts = 0,
       .next = then({{0, 1}}),
       .newcomer = true},
      {.name = "closes its handle",
       .earlier = having(together({times(5, {0, 1})})),
       .call = [](auto& g, std::size_t) { g.reset(); },
       .parts = 0,
       .next = then({{0, 1}}),
       .newcomer = true},
  };
}

}  // namespace

std::vector<scenario> all_scenarios() {
  std::vector<scenario> all;
  for (auto* group : {appends, spans, removals, beside_snapshots, memory,
                      vertices, keys, comings_and_goings}) {
    for (scenario& one : group()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace telar::test
