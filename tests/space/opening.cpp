// tests/space/opening.cpp: making, opening, attaching to and removing graphs.
#include "graph/core.hpp"
#include "participant/life_lock.hpp"
#include "space/trial.hpp"

namespace telar::test {
namespace {

constexpr placement placements[] = {placement::shared, placement::file,
                                    placement::anonymous, placement::isolated};

graph_options smallest() {
  graph_options made;
  made.reserve = std::uint64_t{16} << 20;
  return made;
}

void create(world& w, std::size_t, std::size_t) {
  w.g.emplace(graph::create(w.where, w.options));
}

/// A graph with an edge, which nobody has open.
void make(world& w) {
  graph g = graph::create(w.where, w.options);
  g.add_vertices(2);
  g.add_edge(0, 1);
}

std::vector<scenario> creations() {
  graph_options keyed = smallest();
  keyed.keys = key_kind::string;
  graph_options halved;  // the reserve is what the system grants
  std::vector<scenario> all;
  for (const placement where : placements) {
    const std::string name(to_string(where));
    all.push_back({.name = "creates a graph, " + name,
                   .where = where,
                   .options = smallest(),
                   .call = create});
    all.push_back({.name = "creates a graph with keys, " + name,
                   .where = where,
                   .options = keyed,
                   .call = create});
    all.push_back({.name = "creates a graph of any reserve, " + name,
                   .where = where,
                   .options = halved,
                   .call = create});
    all.push_back({.name = "creates and uses its first graph, " + name,
                   .where = where,
                   .options = smallest(),
                   .call =
                       [](world& w, std::size_t from, std::size_t to) {
                         if (from == 0) create(w, 0, 1);
                         if (to == 2) w.g->add_vertex();
                       },
                   .parts = 2,
                   .fresh = true});
  }
  for (const placement where : {placement::shared, placement::file}) {
    all.push_back({.name = "creates a graph by a hidden name, " +
                           std::string(to_string(where)),
                   .where = where,
                   .options = keyed,
                   .call = create,
                   .nameless_files = false});
  }
  return all;
}

std::vector<scenario> openings() {
  std::vector<scenario> all;
  for (const placement where : {placement::shared, placement::file}) {
    const std::string name(to_string(where));
    all.push_back({.name = "opens a graph, " + name,
                   .where = where,
                   .options = smallest(),
                   .earlier = make,
                   .call = [](world& w, std::size_t, std::size_t) {
                     w.g.emplace(graph::open(w.where));
                   }});
    const auto open_or_create = [](world& w, std::size_t, std::size_t) {
      w.g.emplace(graph::open_or_create(w.where, w.options));
    };
    all.push_back({.name = "opens or creates a graph that is there, " + name,
                   .where = where,
                   .options = smallest(),
                   .earlier = make,
                   .call = open_or_create});
    all.push_back({.name = "opens or creates a graph that is not, " + name,
                   .where = where,
                   .options = smallest(),
                   .call = open_or_create});
    all.push_back({.name = "removes a graph, " + name,
                   .where = where,
                   .options = smallest(),
                   .earlier = make,
                   .call = [](world& w, std::size_t, std::size_t) {
                     (void)graph::remove(w.where);
                   }});
  }
  return all;
}

/// As if there were a thread in each slot that is committed.
void occupy_slots(world& w) {
  detail::core& c = detail::core::of(*w.viewer);
  for (std::uint32_t i = 0; i < c.who.slot_count(); ++i) {
    pthread_mutex_t& mutex = c.memory.slot(i).life;
    if (detail::life_lock::try_acquire(mutex) !=
        detail::life_lock::state::busy) {
      w.occupied.push_back(&mutex);
    }
  }
}

std::vector<scenario> attachments() {
  std::vector<scenario> all;
  for (const placement where : {placement::shared, placement::file}) {
    for (const bool crowded : {false, true}) {
      all.push_back(
          {.name = std::string("attaches") +
                   (crowded ? " beyond the slots that there are, " : ", ") +
                   std::string(to_string(where)),
           .where = where,
           .options = smallest(),
           .earlier =
               [crowded](world& w) {
                 make(w);
                 w.viewer.emplace(graph::open(w.where));
                 w.viewer->add_vertex();
                 w.g.emplace(graph::open(w.where));
                 if (crowded) occupy_slots(w);
               },
           .call = [](world& w, std::size_t,
                      std::size_t) { w.g->add_edge(0, 1); },
           .fresh = true});
    }
  }
  return all;
}

}  // namespace

std::vector<scenario> creating_scenarios() { return creations(); }

std::vector<scenario> opening_scenarios() {
  std::vector<scenario> all = openings();
  for (scenario& one : attachments()) all.push_back(std::move(one));
  return all;
}

}  // namespace telar::test
