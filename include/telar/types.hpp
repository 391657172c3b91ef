// telar/types.hpp: the small values that every other header speaks of.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <typeinfo>

namespace telar {

/// A vertex: a number in [0, vertex_count()).
using vertex_id = std::uint32_t;

/// No vertex: what a failed search means, and BGL's null_vertex().
inline constexpr vertex_id no_vertex = 0xffffffffu;

/// An edge to be inserted.
struct endpoints {
  vertex_id source;
  vertex_id target;
  friend bool operator==(endpoints, endpoints) = default;
};

/// An edge that is there: the `position`-th entry in the adjacency of `source`.
///
/// Insertion never moves an entry, so an `edge` stays valid while edges are
/// only added.  An undirected edge has two such names, one at each end.
struct edge {
  vertex_id source = no_vertex;
  vertex_id target = no_vertex;
  std::uint32_t position = 0;
  friend bool operator==(const edge&, const edge&) = default;
};

/// What `graph::add_edge` did: the edge, and whether it is new.
struct insertion {
  telar::edge edge;
  bool added = false;
  explicit operator bool() const noexcept { return added; }
};

enum class graph_kind : std::uint32_t {
  undirected,     ///< u–v is in the adjacency of both.
  directed,       ///< u→v is in the adjacency of u.
  bidirectional,  ///< u→v is among the out-edges of u and the in-edges of v.
};

/// Whether a second edge u–v may be inserted beside the first.
enum class parallel_edges : std::uint32_t { allow, forbid };

/// What a graph tells those who follow its changes: see telar/changes.hpp.
enum class change_kind : std::uint32_t {
  add_vertices = 1,  ///< New ids, or a key and its new id.
  reuse_vertex,      ///< A removed id is a vertex again.
  remove_vertex,     ///< It gets no more edges; those it has go one by one.
  clear_out_edges,   ///< All edges out of a vertex go, of a directed graph.
  add_edge,
  remove_edge,
  set_payload,
};

/// In place of a rank: the last of the edges between two vertices.
inline constexpr std::uint32_t last_of_pair = 0xffffffffu;

/// What a vertex is called by, besides its number.
enum class key_kind : std::uint32_t { none, u64, string };

/// The type of an edge's payload (a weight, a time, a struct): what a segment
/// remembers of it, so that another program cannot read it as something else.
struct payload_type {
  std::uint32_t size = 0;       ///< Bytes; 0 when edges carry nothing.
  std::uint32_t alignment = 1;  ///< At most 16.
  std::string name = "none";    ///< "f32", "f64", "u32" … or the type's name.

  /// The type `T`; `void` for none.
  template <typename T>
  [[nodiscard]] static payload_type of();

  friend bool operator==(const payload_type&, const payload_type&) = default;
};

namespace detail {

template <typename T>
[[nodiscard]] std::string payload_name() {
  if constexpr (std::is_floating_point_v<T>) {
    return std::string("f").append(std::to_string(8 * sizeof(T)));
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    return std::string(std::is_signed_v<T> ? "i" : "u")
        .append(std::to_string(8 * sizeof(T)));
  } else {
    return typeid(T).name();
  }
}

}  // namespace detail

template <typename T>
payload_type payload_type::of() {
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    static_assert(std::is_trivially_copyable_v<T>,
                  "a payload lies in shared memory: it must be trivially "
                  "copyable, without pointers to this process");
    static_assert(alignof(T) <= 16, "a payload is aligned to 16 bytes at most");
    return {sizeof(T), alignof(T), detail::payload_name<T>()};
  }
}

}  // namespace telar
