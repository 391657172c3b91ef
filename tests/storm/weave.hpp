// tests/storm/weave.hpp: what a round of a storm weaves: a graph, and the edges
// that go into it, each of which is known again at both of its ends.
//
// Writers draw *tickets*, numbers that no two of them get.  A ticket is an
// edge, or, where parallel edges are allowed, sometimes a vertex more.  A payload
// names its ticket; without payloads, each edge has two ends that no other edge
// has.
//
// In every other round the changes are told to a feed, and followed.  In every
// other round what was woven is also changed and undone: then each edge
// has two ends of its own, and a vertex more has two edges, to hubs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include <telar/graph.hpp>

namespace telar::test {

class weave {
 public:
  /// Tickets of a round; as many edges, or `edges_without_parallels`.
  static constexpr std::uint64_t tickets = 1 << 20;
  static constexpr std::uint64_t edges_without_parallels = 1 << 13;

  explicit weave(std::mt19937_64& random);

  [[nodiscard]] const graph_options& options() const { return options_; }
  [[nodiscard]] std::string name() const;

  /// Numbers of vertices before the first ticket; with keys there are none,
  /// since edges add them.
  [[nodiscard]] std::uint64_t vertices() const {
    return crowded_ ? few : hubs_ + edges_ / hubs_;
  }
  [[nodiscard]] bool is_vertex(std::uint64_t ticket) const {
    return !forbids() && ticket % 64 == 63;
  }
  /// The number of the vertex more of a ticket; its id, where there are no keys,
  /// is any id from `vertices()` on.
  [[nodiscard]] vertex_id number_of(std::uint64_t ticket) const {
    return static_cast<vertex_id>(vertices() + ticket);
  }
  /// Several tickets are one edge where parallel edges are forbidden.
  [[nodiscard]] std::uint64_t edge_of(std::uint64_t ticket) const {
    return ticket % edges_;
  }
  [[nodiscard]] std::uint64_t edges() const { return edges_; }
  /// Whether edges and vertices are removed, and payloads changed.
  [[nodiscard]] bool changing() const { return changing_; }
  /// The ticket that a payload names, and whether it has been changed.
  [[nodiscard]] static std::uint64_t ticket_of(std::uint64_t payload) {
    return payload & 0xffff'ffff;
  }
  [[nodiscard]] static bool is_changed(std::uint64_t payload) {
    return payload >> 32 != 0;
  }
  [[nodiscard]] static std::uint64_t changed(std::uint64_t ticket) {
    return ticket | std::uint64_t{1} << 32;
  }
  /// The numbers of the other ends of the edges of a vertex more.
  [[nodiscard]] std::array<vertex_id, 2> anchors(std::uint64_t ticket) const {
    const auto first = static_cast<vertex_id>(ticket / 64 % (hubs_ - 1));
    return {first, first + 1};
  }
  [[nodiscard]] endpoints ends(std::uint64_t edge) const;

  /// The edge that an entry is half of: `numbers` of its list's vertex and of
  /// its target, and the payload if there is one.  Nothing: no such edge.
  [[nodiscard]] std::optional<std::uint64_t> edge_between(
      vertex_id at, vertex_id target, std::uint64_t payload) const;

  /// The vertex of a number, which is added where there are keys.
  [[nodiscard]] vertex_id vertex(graph& g, vertex_id number) const;
  /// Whether the key of a number leads to a vertex.  Requires: keyed().
  [[nodiscard]] bool is_found(const graph& g, vertex_id number) const;
  /// The number of a vertex.  Throws if its key is not one of ours.
  [[nodiscard]] vertex_id number(const graph& g, vertex_id v) const;

  [[nodiscard]] bool keyed() const { return options_.keys != key_kind::none; }
  [[nodiscard]] bool has_payload() const { return options_.payload.size != 0; }
  /// Whether changes are told.
  [[nodiscard]] bool feeds() const { return options_.changes != 0; }
  [[nodiscard]] bool forbids() const {
    return options_.parallel == parallel_edges::forbid;
  }

 private:
  static constexpr std::uint64_t few = 40;

  graph_options options_;
  bool changing_;
  bool crowded_;        ///< Any edge among few vertices: only payloads tell.
  std::uint64_t hubs_;  ///< More where each removal copies their lists.
  std::uint64_t edges_;
  std::uint64_t factor_;  ///< Odd: a permutation of the edges.
  std::uint64_t inverse_;
};

}  // namespace telar::test
