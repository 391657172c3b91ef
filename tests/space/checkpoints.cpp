// tests/space/checkpoints.cpp: checkpoints, and what is made of them.
#include <telar/checkpoint.hpp>

#include "space/trial.hpp"

namespace telar::test {
namespace {

constexpr std::uint64_t reserve = std::uint64_t{16} << 20;

graph_options keyed() {
  graph_options made;
  made.kind = graph_kind::bidirectional;
  made.payload = payload_type::of<std::uint64_t>();
  made.keys = key_kind::string;
  made.reserve = reserve;
  return made;
}

/// A graph, and a checkpoint of what it was before its last vertex.
void make_and_save(world& w) {
  w.g.emplace(graph::create(w.where, w.options));
  for (const char* key : {"Ada", "Emmy"}) (void)w.g->vertex(key);
  w.g->add_edge(0, 1, std::uint64_t{7});
  w.saved.emplace("saved");
  w.g->checkpoint(w.saved->text());
  (void)w.g->vertex("Sofia");
}

/// Its second part is nothing: an exception may come when all is done, but
/// perhaps not durable.
void save(world& w, std::size_t from, std::size_t) {
  if (from == 0) w.g->checkpoint(w.saved->text());
}

}  // namespace

std::vector<scenario> checkpoint_scenarios() {
  std::vector<scenario> all;
  for (const bool nameless : {true, false}) {
    all.push_back({.name = std::string("writes a checkpoint") +
                           (nameless ? "" : " by a hidden name"),
                   .where = placement::anonymous,
                   .options = keyed(),
                   .earlier = make_and_save,
                   .call = save,
                   .parts = 2,
                   .nameless_files = nameless});
  }
  for (const placement where : {placement::shared, placement::file,
                                placement::anonymous, placement::isolated}) {
    all.push_back(
        {.name = "restores a checkpoint, " + std::string(to_string(where)),
         .where = where,
         .options = keyed(),
         .earlier =
             [](world& w) {
               world other(placement::isolated, w.options);
               make_and_save(other);
               w.saved.emplace("saved");
               other.g->checkpoint(w.saved->text());
             },
         .call =
             [](world& w, std::size_t, std::size_t) {
               w.g.emplace(checkpoint::open(w.saved->text())
                               .restore(w.where, {.reserve = reserve}));
             }});
  }
  return all;
}

}  // namespace telar::test
