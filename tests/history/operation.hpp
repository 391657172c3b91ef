// tests/history/operation.hpp: what one worker did, and what it was told; plain
// data, so that processes can write it into memory that they share.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <telar/types.hpp>

namespace telar::test {

enum class verb : std::uint8_t {
  add_edge,
  remove_edge,
  find_edge,
  degree,
  neighbors,
  in_neighbors,
  add_vertex,
  vertex_count,
  vertex_of_key,
  find_key,
  take_snapshot,
};

inline constexpr unsigned longest_list = 100;
inline constexpr unsigned history_vertices = 4;

struct operation {
  std::uint64_t began;
  std::uint64_t ended;
  verb what;
  std::uint8_t worker;
  std::uint8_t source;  ///< A vertex, from 0 in each history; or a key.
  std::uint8_t target;
  bool yes;              ///< Added, removed, or found.
  std::uint32_t number;  ///< Position, degree, count or id.
  /// One list; or, of a snapshot, the list of each vertex behind its length.
  std::uint8_t length;
  std::uint8_t list[longest_list];
};

/// One history: what several did with a few vertices, or keys, that were new.
struct history {
  graph_kind kind = graph_kind::undirected;
  parallel_edges parallel = parallel_edges::allow;
  std::uint64_t vertices_before = 0;
  std::span<const operation> operations{};
};

/// For messages: an operation a line.
std::string text_of(const history& all);

/// What cannot have happened in any order, in words; empty if all can.
std::string contradiction(const history& all);

}  // namespace telar::test
