// tests/support/memory.hpp: what a graph takes of the system's memory, and how
// it behaves when there is no more.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

#include <telar/graph.hpp>

#include "support/failure.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

namespace telar::test {

/// The bytes that the file system has set aside for a file.
inline std::uint64_t bytes_on_disk(const std::filesystem::path& path) {
  struct stat state {};
  if (::stat(path.c_str(), &state) != 0) {
    throw std::system_error(errno, std::generic_category(), path);
  }
  return static_cast<std::uint64_t>(state.st_blocks) * 512;
}

/// Inserts edges among all vertices until one is refused, and returns the
/// message.  Throws unless it was `no_space` and changed nothing.
inline std::string insert_until_full(graph& g) {
  const std::uint64_t vertices = g.vertex_count();
  for (std::uint64_t i = 0;; ++i) {
    const auto u = static_cast<vertex_id>(i * 7919 % vertices);
    const auto v = static_cast<vertex_id>(i * 104729 % vertices);
    const std::uint64_t before = g.edge_count();
    const std::uint32_t degree = g.degree(u);
    const failure found = failure_of([&] { return g.add_edge(u, v); });
    if (found.code == errc{}) continue;
    require(found.code == errc::no_space, found.message.c_str());
    require(g.edge_count() == before, "a refused edge was counted");
    require(g.degree(u) == degree, "a refused edge is there");
    return found.message;
  }
}

/// Adds vertices by blocks of `step` until that is refused; as above.
inline std::string add_vertices_until_full(graph& g, std::uint64_t step) {
  for (;;) {
    const std::uint64_t before = g.vertex_count();
    const failure found = failure_of([&] { return g.add_vertices(step); });
    if (found.code == errc{}) continue;
    require(found.code == errc::no_space, found.message.c_str());
    require(g.vertex_count() == before, "a refused vertex was counted");
    return found.message;
  }
}

}  // namespace telar::test
