// tests/crash/feed_scenario.cpp: changes that are told to a feed.  What is
// wrong with a graph, besides: whoever does all that it tells has another one.
#include <telar/snapshot.hpp>

#include "crash/scenario_parts.hpp"
#include "support/mirror.hpp"

namespace telar::test {
namespace {

/// More than any scenario makes.
constexpr std::uint64_t all_changes = 127;

std::vector<scenario> told_edges() {
  return {
      {.name = "tells of the first edge of two vertices",
       .earlier = having({{8, 9}}),
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "tells of an edge where there is room",
       .options = kind_of(undirected, number),
       .earlier = having({{0, 1}}),
       .call = inserting(1, 0),
       .next = then({{1, 0}})},
      {.name = "tells of a directed edge",
       .options = kind_of(directed, number),
       .earlier = having({{0, 1}}),
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "tells of an edge, and a newcomer takes its slot",
       .options = kind_of(bidirectional, number),
       .earlier = having(together({times(5, {7, 8}), times(4, {0, 1})})),
       .call = inserting(0, 1),
       .next = then({{1, 0}}),
       .newcomer = true},
      {.name = "tells of edges, the next one of others",
       .earlier = having({{0, 1}, {1, 2}}),
       .call = inserting_all({{0, 1}, {1, 2}, {0, 0}}),
       .parts = 3,
       .next = then({{5, 6}})},
      {.name = "tells of an edge of vertices that it has to wait for",
       .earlier = having({{0, 1}}),
       .call = inserting(1, 0),
       .next = then({{0, 1}}),
       .held = 0},
      {.name = "tells of an edge that a snapshot must not see",
       .earlier =
           [](graph& g) {
             having({{0, 1}})(g);
             // Its thread ends, the process goes on.
             static std::optional<snapshot> held;
             held = g.snapshot();
           },
       .call = inserting(0, 1),
       .next = then({{0, 1}})},
      {.name = "tells of a removed edge",
       .options = kind_of(undirected, number),
       .earlier = having(together({times(3, {0, 1}), {{0, 2}, {1, 2}}})),
       .call =
           [](auto& g, std::size_t) {
             g->remove_edge(edge{1, 0, 1});
           },
       .next = then({{0, 1}})},
      {.name = "tells of a payload",
       .options = kind_of(bidirectional, number),
       .earlier = having(times(2, {0, 1})),
       .call =
           [](auto& g, std::size_t) {
             g->set(edge{0, 1, 1}, std::uint64_t{77});
           },
       .next = then({{0, 1}})},
      {.name = "tells of a payload in place",
       .options = kind_of(undirected, number),
       .earlier = having(times(2, {0, 1})),
       .call =
           [](auto& g, std::size_t) {
             g->set_unversioned(edge{0, 1, 1}, std::uint64_t{77});
           },
       .next = then({{0, 1}})},
  };
}

std::vector<scenario> told_vertices() {
  return {
      {.name = "tells of a vertex",
       .earlier = having({{0, 1}}),
       .call = [](auto& g, std::size_t) { g->add_vertex(); },
       .next = [](graph& g) { g.add_vertex(); }},
      {.name = "tells of vertices beyond what is committed",
       .options = kind_of(bidirectional),
       .earlier = having({{0, 1}}),
       .call = [](auto& g, std::size_t) { g->grow_to(1'100); },
       .next = [](graph& g) { g.add_vertices(2); }},
  };
}

std::vector<scenario> told_keys() {
  return {
      {.name = "tells of a removed vertex, and of its key again",
       .options = with_names(),
       .earlier =
           [=](graph& g) {
             naming({"Ada", "Bo"})(g);
             g.add_edge(0, 1);
           },
       .call =
           [](auto& g, std::size_t parts) {
             g->remove_vertex(0);
             if (parts == 2) (void)g->vertex("Ada");
           },
       .parts = 2,
       .next =
           [=](graph& g) {
             g.recover();
             naming({"Cleo"})(g);
           }},
  };
}

}  // namespace

std::vector<scenario> feed_scenarios() {
  std::vector<scenario> all;
  const auto add = [&](scenario one) {
    one.options.changes = all_changes;
    one.wrong = untold;
    all.push_back(std::move(one));
  };
  for (auto* group : {told_edges, told_vertices, told_keys}) {
    for (const scenario& one : group()) add(one);
  }
  for (auto* group : {vertex_removals, key_scenarios}) {
    for (scenario& one : group()) {
      one.name += ", and tells of it";
      add(std::move(one));
    }
  }
  // The ring is full: each change is told in the place of another.
  all.push_back({.name = "tells of an edge instead of an old one",
                 .earlier = having(times(5, {0, 1})),
                 .call = inserting_all(times(2, {0, 1})),
                 .parts = 2,
                 .next = then({{1, 0}})});
  all.back().options.changes = 3;
  return all;
}

}  // namespace telar::test
