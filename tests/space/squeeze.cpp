// tests/space/squeeze.cpp: the scripts, and what must hold where one stops.
#include "space/squeeze.hpp"

#include <new>
#include <stdexcept>

#include "graph/core.hpp"
#include "participant/life_lock.hpp"
#include "space/holdings.hpp"
#include "support/process.hpp"

namespace telar::test {
namespace {

using step = std::function<void(world&)>;

graph_options smallest(graph_kind kind) {
  graph_options made;
  made.reserve = std::uint64_t{16} << 20;
  made.kind = kind;
  return made;
}

step creating() {
  return [](world& w) { w.g.emplace(graph::create(w.where, w.options)); };
}

step linking(vertex_id u, vertex_id v) {
  return [=](world& w) { w.g->add_edge(u, v); };
}

step naming(std::uint64_t i) {
  return [=](world& w) { (void)w.g->vertex("key " + std::to_string(i)); };
}

/// As if there were a thread in each slot, and one more came.
void attach_beyond(world& w) {
  detail::core& c = detail::core::of(*w.g);
  const std::uint32_t slots = c.who.slot_count();
  for (std::uint32_t i = 0; i < slots; ++i) {
    pthread_mutex_t& mutex = c.memory.slot(i).life;
    if (detail::life_lock::try_acquire(mutex) !=
        detail::life_lock::state::busy) {
      w.occupied.push_back(&mutex);
    }
  }
  graph other = graph::open(w.where);
  (void)other.neighbors(0);
}

script plain_graph(placement where) {
  script s{.name = "an undirected graph",
           .where = where,
           .options = smallest(graph_kind::undirected),
           .steps = {creating(), [](world& w) { w.g->add_vertices(600); }}};
  for (vertex_id v = 1; v < 20; ++v) s.steps.push_back(linking(0, v));
  for (vertex_id v = 1; v < 600; v += 30) {
    s.steps.push_back([v](world& w) {
      for (vertex_id i = 0; i < 60; ++i) w.g->add_edge(v, i);
    });
  }
  if (where <= placement::file) s.steps.push_back(attach_beyond);
  return s;
}

script keyed_graph(placement where) {
  script s{.name = "a bidirectional graph with keys and payloads",
           .where = where,
           .options = smallest(graph_kind::bidirectional),
           .steps = {creating()}};
  s.options.keys = key_kind::string;
  s.options.payload = payload_type::of<std::uint64_t>();
  for (std::uint64_t i = 0; i < 20; ++i) s.steps.push_back(naming(i));
  for (vertex_id v = 1; v < 20; ++v) s.steps.push_back(linking(0, v));
  for (std::uint64_t i = 20; i < 520; ++i) s.steps.push_back(naming(i));
  return s;
}

script table(placement where) {
  return {.name = "a table",
          .where = where,
          .steps = {
              [](world& w) {
                w.table.emplace(frame::create(w.where, {.reserve = 16u << 20}));
              },
              [](world& w) { w.table->append_rows(3); },
              [](world& w) { w.table->add_column<std::int32_t>("age", 7); },
              [](world& w) { w.table->add_column<std::string>("name"); },
              [](world& w) {
                w.table->column<std::string>("name").store(1, "Ada");
              },
              [](world& w) { w.table->append_rows(600); },
              [](world& w) {
                w.table->column<std::string>("name").store(
                    2, std::string(9000, 'x'));
              },
              [](world& w) { w.table->add_column<double>("height", 1.5); },
              [](world& w) { w.table->pack("name"); },
              [](world& w) { (void)w.table->drop_column("age"); }}};
}

/// True: it went through.
bool make(world& w, const step& one, bool heap) {
  try {
    one(w);
    return true;
  } catch (const error& refused) {
    const errc code = refused.code();
    if (code != errc::no_space && code != errc::system) throw;
    const std::string text = refused.what();
    require(text.ends_with('.') || text.ends_with(')'), refused.what());
    return false;
  } catch (const std::bad_alloc&) {
    require(heap, "std::bad_alloc escaped");
    return false;
  }
}

}  // namespace

std::vector<script> scripts_for(placement where) {
  return {plain_graph(where), keyed_graph(where), table(where)};
}

std::vector<std::string> views_of(const script& s) {
  world w(s.where, s.options);
  std::vector<std::string> views{view_of(w)};
  for (const step& one : s.steps) {
    one(w);
    views.push_back(view_of(w));
  }
  return views;
}

std::size_t squeeze(const script& s, const std::vector<std::string>& views,
                    const room& around) {
  const holdings start = holdings_now();
  std::size_t done = 0;
  {
    world w(s.where, s.options);
    around.narrow();
    while (done < s.steps.size() && make(w, s.steps[done], around.heap)) ++done;
    around.wide();
    require(view_of(w) == views[done], "the refused step has changed it");
    require_sound(w);
    for (std::size_t i = done; i < s.steps.size(); ++i) s.steps[i](w);
    require(view_of(w) == views.back(), "it does not go on as it should");
    require_sound(w);
  }
  require_no_more(holdings_now(), start);
  return done;
}

}  // namespace telar::test
