// tests/crash/scenario.cpp: the table of scenarios.
#include "crash/scenario_parts.hpp"

namespace telar::test {
namespace {

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

std::vector<scenario> exchanges() {
  const graph_options parcels = kind_of(undirected, payload_type::of<parcel>());
  const auto used_up = filling_until(
      [](auto arena, auto spare) { return arena < two_blocks && spare == 0; });
  const auto without_space = [=](graph& g) {
    used_up(g);
    let_space_end(g);
  };
  const auto two_that_wait = having(times(5, {400, 401}));
  const auto two_spare_blocks = [=](graph& g) {
    two_that_wait(g);
    settle(g);
  };
  const auto a_spare_bag = [=](graph& g) {
    two_spare_blocks(g);
    having({{402, 403}})(g);
  };
  const auto many_spare_blocks = [](graph& g) {
    for (vertex_id v = 10; v < 206; v += 2) add(g, {v, v + 1}, v);
    for (vertex_id v = 10; v < 206; v += 2) g.remove_edge(v, v + 1);
    settle(g);
    add(g, {0, 1}, 0);
    detail::set(slot_of(g).retired, 200);
    detail::set(slot_of(g).unlooked, 5000);
  };
  // Only then somebody leaves something: or one's preparations would use it.
  const auto beside = [](const std::function<void(graph&)>& own,
                         const std::function<void(graph&)>& left) {
    return [=](graph& g) {
      own(g);
      leave(g, left);
    };
  };
  const auto remove_one = [](std::optional<graph>& g, std::size_t) {
    g->remove_edge(0, 1);
  };
  return {
      {.name = "takes over the blocks of one who has gone",
       .options = parcels,
       .earlier = beside(used_up, two_spare_blocks),
       .call = inserting(2, 3),
       .next = then({{2, 3}})},
      {.name = "takes over blocks, and a newcomer takes its slot",
       .options = parcels,
       .earlier = beside(used_up, two_spare_blocks),
       .call = inserting(2, 3),
       .next = then({{2, 3}}),
       .newcomer = true},
      {.name = "takes over blocks that waited where they were left",
       .options = kind_of(bidirectional, payload_type::of<parcel>()),
       .earlier = beside(used_up, two_that_wait),
       .call = inserting(2, 3),
       .next = then({{2, 3}})},
      {.name = "looks in vain for blocks that one has left",
       .options = parcels,
       .earlier = beside(used_up, two_that_wait),
       .call = inserting(2, 3),
       .next = then({{2, 3}}),
       .reader = true},
      {.name = "takes over the arena of one who has gone",
       .options = parcels,
       .before = left_by(having({{400, 401}})),
       .earlier = without_space,
       .call = inserting(2, 3),
       .next = then({{2, 3}}),
       .last_memory = true},
      {.name = "cuts up a larger block",
       .options = parcels,
       .before = left_by([=](graph& g) {
         having(times(9, {400, 401}))(g);
         settle(g);
         used_up(g);  // but for larger blocks
       }),
       .earlier = without_space,
       .call = inserting(2, 3),
       .next = then({{2, 3}}),
       .last_memory = true},
      {.name = "leaves what it has too much of to others",
       .options = parcels,
       .earlier = many_spare_blocks,
       .call = remove_one,
       .next = then({{0, 1}})},
      {.name = "leaves what it has too much of where there is a little",
       .options = parcels,
       .earlier = beside(many_spare_blocks, two_spare_blocks),
       .call = remove_one,
       .next = then({{0, 1}})},
      {.name = "leaves what it has too much of where there is an empty bag",
       .options = parcels,
       .earlier = beside(many_spare_blocks, a_spare_bag),
       .call = remove_one,
       .next = then({{0, 1}})},
      {.name = "adds slots for what it has too much of",
       .options = parcels,
       .earlier = many_spare_blocks,
       .call = remove_one,
       .next = then({{0, 1}}),
       .crowded = true},
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

std::vector<scenario> key_table_growth() {
  return {
      {.name = "adds the key that doubles the buckets",
       .options = with_names(),
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

std::vector<scenario> key_scenarios() {
  return {
      {.name = "adds a key",
       .options = with_names(),
       .earlier = naming({"Ada", "Bo"}),
       .call = asking("a key that is longer than one unit"),
       .next = naming({"Cleo"})},
      {.name = "adds a key that the next one adds, too",
       .options = with_names(),
       .earlier = naming({"Ada", "Bo"}),
       .call = asking("Cleo"),
       .next = naming({"Cleo", "Dora"})},
      {.name = "adds a key, and a newcomer takes its slot",
       .options = with_names(),
       .earlier = naming({"Ada", "Bo"}),
       .call = asking("Cleo"),
       .next = naming({"Dora"}),
       .newcomer = true},
  };
}

std::vector<scenario> all_scenarios() {
  std::vector<scenario> all;
  for (auto* group :
       {appends, spans, removal_scenarios, vertex_removals, snapshot_scenarios,
        memory, exchanges, vertices, key_scenarios, key_table_growth,
        comings_and_goings, feed_scenarios}) {
    for (scenario& one : group()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace telar::test
