// tests/clone/writing.hpp: who changes a graph while it is copied: edges,
// payloads, vertices and keys come and go.
#pragma once

#include <random>

#include <telar/snapshot.hpp>

#include "clone/random_graph.hpp"
#include "support/in_step.hpp"
#include "support/process.hpp"
#include "support/shared_words.hpp"

namespace telar::test {

/// The payload.
using written = std::uint64_t;

inline void change(graph& g, std::mt19937_64& random) {
  const vertex_id u = any_vertex(g, random);
  const vertex_id v = any_vertex(g, random);
  const auto what = random() % 64;
  if (what == 0) {
    (void)add_named_vertex(g, random() % 500);
  } else if (what == 1 && u > 5) {
    g.remove_vertex(u);
  } else if (what < 26) {
    g.remove_edge(u, v);
  } else if (what < 30) {
    if (const auto e = g.find_edge(u, v)) (void)g.set(*e, written{random()});
  } else if (g.degree(u) < 500) {
    try {
      add_random_edge<written>(g, u, v, random);
    } catch (const error& removed) {
      // Removed since it was looked at.
      require(removed.code() == errc::bad_argument, removed.what());
    }
  }
}

/// Until the word is negative; not far ahead of who looks.
inline void write_until_told(graph& g, std::mt19937_64 random,
                             const shared_words::word& look) {
  constexpr int changes_a_look = 300;
  change_in_step(look, changes_a_look, [&] { change(g, random); });
}

/// A vertex that was being removed when the snapshot was taken is not the same.
template <typename Copy>
bool is_quiet(const snapshot& then, const Copy& copy) {
  // Nor are those that were just being added.
  if (then.vertex_count() != copy.vertex_count()) return false;
  for (std::uint64_t v = 0; v < then.vertex_count(); ++v) {
    const auto id = static_cast<vertex_id>(v);
    if (then.is_removed(id) != copy.is_removed(id)) return false;
  }
  return true;
}

}  // namespace telar::test
