// tests/clone/same.hpp: whether two graphs, of whatever sort (live, snapshot,
// checkpoint), are the same to the last entry.
#pragma once

#include <cstring>
#include <span>

#include <telar/types.hpp>

#include "support/process.hpp"

namespace telar::test {

/// A payload without a meaning, as large as most tests want.
struct triple {
  std::uint32_t a;
  std::uint32_t b;
  std::uint32_t c;
  friend bool operator==(const triple&, const triple&) = default;
};

template <typename T>
bool same_span(std::span<const T> a, std::span<const T> b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

template <typename Payload, typename A, typename B>
void require_same_lists(const A& a, const B& b, vertex_id v) {
  const auto same = [](const auto& one, const auto& other) {
    return same_span(one.targets, other.targets) &&
           same_span(one.payloads, other.payloads);
  };
  if constexpr (std::is_void_v<Payload>) {
    require(same_span(a.neighbors(v), b.neighbors(v)), "other neighbours");
    if (a.kind() == graph_kind::bidirectional) {
      require(same_span(a.in_neighbors(v), b.in_neighbors(v)), "other sources");
    }
  } else {
    require(same(a.template half_edges<Payload>(v),
                 b.template half_edges<Payload>(v)),
            "other edges, payloads, or another order");
    if (a.kind() == graph_kind::bidirectional) {
      require(same(a.template in_half_edges<Payload>(v),
                   b.template in_half_edges<Payload>(v)),
              "other in-edges, payloads, or another order");
    }
  }
}

template <typename A, typename B>
void require_same_key(const A& a, const B& b, vertex_id v) {
  if (a.keys() == key_kind::string) {
    require(a.key(v) == b.key(v), "another key");
    if (!a.is_removed(v)) require(b.find(b.key(v)) == v, "a key is not found");
  } else if (a.keys() == key_kind::u64) {
    require(a.key_number(v) == b.key_number(v), "another key");
    if (!a.is_removed(v)) {
      require(b.find(b.key_number(v)) == v, "a key is not found");
    }
  }
}

/// Throws unless `b` is what `a` is.
template <typename Payload, typename A, typename B>
void require_same(const A& a, const B& b) {
  require(a.kind() == b.kind() && a.parallel() == b.parallel() &&
              a.keys() == b.keys() && a.payload() == b.payload(),
          "another sort of graph");
  require(a.vertex_count() == b.vertex_count(), "another number of vertices");
  require(a.edge_count() == b.edge_count(), "another number of edges");
  for (std::uint64_t i = 0; i < a.vertex_count(); ++i) {
    const auto v = static_cast<vertex_id>(i);
    require(a.is_removed(v) == b.is_removed(v), "a vertex is removed, or not");
    require_same_key(a, b, v);
    require_same_lists<Payload>(a, b, v);
  }
}

}  // namespace telar::test
