// demos/debian_dependencies/weave.hpp: several processes fill one graph.
#pragma once

#include <cstdint>
#include <telar/graph.hpp>
#include <vector>

#include "packages.hpp"

namespace demo {

/// What one process did.
struct weaver {
  std::uint32_t pid = 0;
  std::uint64_t packages = 0;    ///< Stanzas of its slice.
  std::uint64_t edges = 0;       ///< Dependencies that it was the one to add.
  std::uint64_t edges_seen = 0;  ///< In the graph when it had finished.
  double seconds = 0;
};

struct weaving {
  std::vector<weaver> weavers;
  double seconds = 0;  ///< From before the first fork to after the last exit.
};

/// The graph that packages are put in: directed, with in-edges, so that one can
/// ask who depends on a package; keyed by name; no edge twice.
[[nodiscard]] telar::graph make_graph(telar::placement where);

/// Inserts the packages of `text`; `met` is called after each with its stanza.
template <typename Met>
void insert(telar::graph& g, std::string_view text, const Met& met) {
  for_each_package(text, [&](std::string_view name, std::string_view stanza) {
    const telar::vertex_id package = g.vertex(name);
    std::uint64_t added = 0;
    for_each_dependency(stanza, [&](std::string_view dependency) {
      if (g.add_edge(package, g.vertex(dependency))) ++added;
    });
    met(stanza, added);
  });
}

/// Forks `processes`, each of which inserts its slice of the index through the
/// handle `g` that it inherits.  With `watch` they go slowly, and their
/// progress is drawn on standard error.
/// Throws std::runtime_error if one of them failed.
[[nodiscard]] weaving weave(telar::graph& g, const package_index& index,
                            unsigned processes, bool watch);

}  // namespace demo
