// tests/space/growing.cpp: calls by which a graph needs more memory.
#include <memory>
#include <stdexcept>

#include "space/trial.hpp"

namespace telar::test {
namespace {

/// A payload of which a block of four takes a thirtieth of an extent.
struct parcel {
  std::uint64_t words[64];
};

graph_options kind_of(graph_kind kind) {
  graph_options made;
  made.reserve = std::uint64_t{16} << 20;
  made.kind = kind;
  made.payload = payload_type::of<parcel>();
  return made;
}

/// The `i`th of many edges: far from each other, or all at one vertex.
void add(graph& g, std::uint64_t i, bool hub) {
  parcel full{};
  full.words[0] = i;
  const auto v = static_cast<vertex_id>(i);
  g.add_edge(hub ? 0 : 2 * v, hub ? v : 2 * v + 1, full);
}

/// How many steps of `step(graph, i)` it takes until the `times`th of them that
/// commits memory, exclusive.
template <typename Step>
std::uint64_t steps_until_growth(const graph_options& options, int times,
                                 std::uint64_t vertices, const Step& step) {
  graph g = graph::create(anonymous, options);
  if (vertices != 0) g.add_vertices(vertices);
  for (std::uint64_t i = 0;; ++i) {
    const std::uint64_t before = g.info().bytes_committed;
    step(g, i);
    if (g.info().bytes_committed != before && --times == 0) return i;
  }
}

scenario edge_scenario(graph_kind kind, bool hub, int growth) {
  const graph_options options = kind_of(kind);
  const auto step = [hub](graph& g, std::uint64_t i) { add(g, i, hub); };
  // Found when it is first needed, in the child.
  const auto before = std::make_shared<std::optional<std::uint64_t>>();
  return {.name = "adds an edge, " + std::string(to_string(kind)) +
                  (hub ? " at a hub" : "") + ", growth " +
                  std::to_string(growth),
          .options = options,
          .earlier =
              [=](world& w) {
                if (!*before) {
                  *before = steps_until_growth(options, growth, 300, step);
                }
                w.g.emplace(graph::create(w.where, options));
                w.g->add_vertices(300);
                for (std::uint64_t i = 0; i < **before; ++i) step(*w.g, i);
              },
          .call = [=](world& w, std::size_t,
                      std::size_t) { step(*w.g, **before); }};
}

/// The refusal, too, needs memory: for its words.
scenario refused_edge() {
  graph_options options = kind_of(graph_kind::undirected);
  options.limit = 256 << 10;
  return {.name = "is refused edges beyond the limit",
          .options = options,
          .earlier =
              [](world& w) {
                w.g.emplace(graph::create(w.where, w.options));
                w.g->add_vertices(300);
                for (std::uint64_t i = 0; i < 150; ++i) {
                  try {
                    add(*w.g, i, false);
                  } catch (const error&) {
                    return;
                  }
                }
              },
          .call =
              [](world& w, std::size_t, std::size_t) {
                try {
                  add(*w.g, 149, false);
                } catch (const error& refused) {
                  if (refused.code() != errc::no_space) throw;
                  return;
                }
                throw std::runtime_error("the limit was not reached");
              }};
}

std::vector<scenario> edges() {
  std::vector<scenario> all;
  for (const graph_kind kind : {graph_kind::undirected, graph_kind::directed,
                                graph_kind::bidirectional}) {
    for (const bool hub : {false, true}) {
      for (const int growth : {1, 2, 3}) {
        all.push_back(edge_scenario(kind, hub, growth));
      }
    }
  }
  return all;
}

scenario span_of_edges() {
  constexpr std::size_t edges = 60;
  graph_options options = kind_of(graph_kind::undirected);
  return {.name = "adds a span of edges",
          .options = options,
          .earlier =
              [](world& w) {
                w.g.emplace(graph::create(w.where, w.options));
                w.g->add_vertices(2 * edges);
              },
          .call =
              [](world& w, std::size_t from, std::size_t to) {
                std::vector<endpoints> ends;
                std::vector<parcel> payloads(to - from);
                for (std::size_t i = from; i < to; ++i) {
                  const auto v = static_cast<vertex_id>(2 * i);
                  ends.push_back({v, v + 1});
                  payloads[i - from].words[0] = i;
                }
                w.g->add_edges(std::span<const endpoints>(ends),
                               std::span<const parcel>(payloads));
              },
          .parts = edges};
}

scenario vertex_scenario(placement where, graph_kind kind,
                         std::uint64_t before) {
  return {.name = "adds vertices to " + std::to_string(before) + ", " +
                  std::string(to_string(where)) + ", " +
                  std::string(to_string(kind)),
          .where = where,
          .options = kind_of(kind),
          .earlier =
              [=](world& w) {
                w.g.emplace(graph::create(w.where, w.options));
                if (before != 0) w.g->add_vertices(before);
              },
          .call = [](world& w, std::size_t,
                     std::size_t) { w.g->add_vertices(10); }};
}

std::vector<scenario> vertices() {
  std::vector<scenario> all;
  for (const placement where : {placement::shared, placement::file,
                                placement::anonymous, placement::isolated}) {
    all.push_back(vertex_scenario(where, graph_kind::undirected, 0));
    all.push_back(vertex_scenario(where, graph_kind::bidirectional, 510));
  }
  all.push_back(
      {.name = "reserves memory",
       .options = kind_of(graph_kind::bidirectional),
       .earlier =
           [](world& w) { w.g.emplace(graph::create(w.where, w.options)); },
       .call = [](world& w, std::size_t,
                  std::size_t) { w.g->reserve(2000, 100); }});
  return all;
}

std::string key_of(std::uint64_t i) { return "key " + std::to_string(i); }

/// The call adds the key numbered `before`.
scenario key_scenario(const std::string& name,
                      std::function<std::uint64_t()> before) {
  graph_options options = kind_of(graph_kind::directed);
  options.keys = key_kind::string;
  const auto known = std::make_shared<std::optional<std::uint64_t>>();
  return {.name = name,
          .options = options,
          .earlier =
              [=](world& w) {
                if (!*known) *known = before();
                w.g.emplace(graph::create(w.where, w.options));
                for (std::uint64_t i = 0; i < **known; ++i) {
                  (void)w.g->vertex(key_of(i));
                }
              },
          .call = [=](world& w, std::size_t,
                      std::size_t) { (void)w.g->vertex(key_of(**known)); }};
}

std::vector<scenario> keys() {
  const auto growth = [](int times) {
    return [times] {
      graph_options options = kind_of(graph_kind::directed);
      options.keys = key_kind::string;
      return steps_until_growth(
          options, times, 0,
          [](graph& g, std::uint64_t i) { (void)g.vertex(key_of(i)); });
    };
  };
  const auto exactly = [](std::uint64_t count) {
    return [count] { return count; };
  };
  return {key_scenario("adds its first key", growth(1)),
          key_scenario("adds a key that grows the graph", growth(2)),
          key_scenario("adds a key that grows the graph again", growth(3)),
          key_scenario("adds a key where there is room", exactly(5)),
          key_scenario("adds the key that doubles the buckets", exactly(256)),
          key_scenario("adds the key that doubles them again", exactly(512))};
}

}  // namespace

std::vector<scenario> growing_scenarios() {
  std::vector<scenario> all{span_of_edges(), refused_edge()};
  for (auto* group : {edges, vertices, keys}) {
    for (scenario& one : group()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace telar::test
