// cli/vertex_name.hpp: what a vertex is called on the command line: its key,
// or its number in a graph without keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <telar/graph.hpp>

#include "cli/output.hpp"

namespace telar::cli {

/// The vertex of that name.  Throws `failure`: `usage` for text that is no
/// number where names are numbers, `not_found` if there is no such vertex.
[[nodiscard]] vertex_id find_vertex(const graph& g, std::string_view name);

/// The same, but a key that is new gets a vertex; with `grow`, so does a number
/// beyond the last vertex, and all numbers below it.
[[nodiscard]] vertex_id find_or_add_vertex(graph& g, std::string_view name,
                                           bool grow);

[[nodiscard]] json name_as_json(const graph& g, vertex_id v);
[[nodiscard]] std::string name_as_text(const graph& g, vertex_id v);

}  // namespace telar::cli
