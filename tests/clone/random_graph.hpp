// tests/clone/random_graph.hpp: a small graph with a bit of everything: parallel
// edges, loops, hubs, isolated and removed vertices, keys that came back.
#pragma once

#include <cstring>
#include <string>
#include <type_traits>

#include <telar/graph.hpp>

#include "support/random.hpp"

namespace telar::test {

inline vertex_id add_named_vertex(graph& g, std::uint64_t number) {
  switch (g.keys()) {
    case key_kind::string:
      return g.vertex("key " + std::string(number % 40, 'x') +
                      std::to_string(number));
    case key_kind::u64:
      return g.vertex(number * 0x9e3779b97f4a7c15u);
    case key_kind::none:
      break;
  }
  return g.add_vertex();
}

template <typename Payload, typename Random>
void add_random_edge(graph& g, vertex_id u, vertex_id v, Random& random) {
  if (g.is_removed(u) || g.is_removed(v)) return;
  if constexpr (std::is_void_v<Payload>) {
    g.add_edge(u, v);
  } else {
    Payload payload{};
    const auto bits = random();
    std::memcpy(&payload, &bits, std::min(sizeof payload, sizeof bits));
    g.add_edge(u, v, payload);
  }
}

/// A vertex, mostly one of a few.
template <typename Random>
vertex_id any_vertex(const graph& g, Random& random) {
  const std::uint64_t bound = g.vertex_count();
  return static_cast<vertex_id>(random() % 3 == 0 ? random() % 3
                                                  : random() % bound);
}

template <typename Payload>
void fill(graph& g, seeded_random& random) {
  constexpr std::uint64_t vertices = 300;
  for (std::uint64_t i = 0; i < vertices; ++i) add_named_vertex(g, i);
  for (int i = 0; i < 3'000; ++i) {
    add_random_edge<Payload>(g, any_vertex(g, random), any_vertex(g, random),
                             random);
    if (i % 5 == 0) {
      g.remove_edge(any_vertex(g, random), any_vertex(g, random));
    }
  }
  for (std::uint64_t i = 10; i < vertices; i += 17) {
    g.remove_vertex(static_cast<vertex_id>(i));
  }
  // Some come back, by their key.
  for (std::uint64_t i = 10; i < vertices; i += 34) add_named_vertex(g, i);
}

}  // namespace telar::test
