// tests/crash/removal_scenario.cpp: removals, other payloads, and changes beside
// snapshots.
#include <telar/snapshot.hpp>

#include "crash/scenario_parts.hpp"

namespace telar::test {

std::vector<scenario> vertex_removals() {
  // What a remover leaves half done, nobody meets by chance.
  const auto going_on = [](graph& g) {
    g.recover();
    then({{1, 2}})(g);
  };
  return {
      {.name = "clears the edges out of a directed vertex",
       .options = kind_of(directed, number),
       .earlier = having({{0, 1}, {0, 2}, {0, 0}, {1, 2}}),
       .call = [](auto& g, std::size_t) { g->clear_out_edges(0); },
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

/// Edges to remove, and blocks at whose bound they lie.
std::vector<scenario> removal_scenarios() {
  const auto removing = [](vertex_id u, vertex_id v) {
    return [=](std::optional<graph>& g, std::size_t) { g->remove_edge(u, v); };
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
  };
}

/// Changes that must keep what a snapshot reads.
std::vector<scenario> snapshot_scenarios() {
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

}  // namespace telar::test
