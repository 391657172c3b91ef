// telar/bgl/edge_descriptor.hpp: what Boost.Graph calls an edge by.
//
// An edge is met as an entry in the adjacency of one of its ends.  The same
// edge may be met from the other end too, and must then compare equal: the k-th
// entry u–v of u and the k-th entry v–u of v are one edge (invariant I4).  So a
// descriptor is the entry, and k is counted only when two descriptors have the
// same ends but come from different lists.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>

#include <boost/container_hash/hash.hpp>

#include <telar/graph.hpp>

namespace telar::bgl {

/// The end of an edge in whose adjacency it was found.
enum class found_at : std::uint8_t { source, target };

/// An edge of a graph of this kind: of a `telar::graph`, or of a
/// `telar::snapshot`.
///
/// Equality, order and hash are those of the edge, from whichever end it was
/// reached, among descriptors of one graph.  Valid while its source stays where
/// it is, and, in a live graph, until an edge is removed that the list in which
/// it was found has at its place or before: then it names another edge, or none.
/// Complexity: O(1); comparing parallel edges that were found at different
/// ends, or undirected loops: O(degree).  Concurrency: concurrent.
template <graph_kind Kind, typename Source = telar::graph>
class edge_descriptor {
 public:
  /// No edge.
  edge_descriptor() = default;
  /// The `position`-th entry of the list of that end.
  edge_descriptor(const Source& g, vertex_id source, vertex_id target,
                  std::uint32_t position, found_at end)
      : graph_(&g),
        source_(source),
        target_(target),
        position_(position),
        end_(end) {}

  [[nodiscard]] vertex_id source() const noexcept { return source_; }
  [[nodiscard]] vertex_id target() const noexcept { return target_; }

  /// What the edge carries.  Throws `bad_argument` for another type.
  template <typename T>
  [[nodiscard]] T payload() const {
    if constexpr (Kind == graph_kind::bidirectional) {
      if (end_ == found_at::target) {
        const auto in = graph_->template in_half_edges<T>(target_).payloads;
        if (position_ < in.size()) return in[position_];
        throw error(errc::bad_argument,
                    "no in-edge " + std::to_string(position_) + " at vertex " +
                        std::to_string(target_));
      }
    }
    return graph_->template payload<T>(
        telar::edge{holder(), other(), position_});
  }

  /// The edge as the core names it; none: it is not there any more.
  /// Complexity: O(1); O(degree) for an in-edge of a bidirectional graph.
  [[nodiscard]] std::optional<telar::edge> entry() const {
    if constexpr (Kind == graph_kind::bidirectional) {
      if (end_ == found_at::target) return at_source();
    }
    return telar::edge{holder(), other(), position_};
  }

  friend std::strong_ordering operator<=>(const edge_descriptor& a,
                                          const edge_descriptor& b) {
    if (const auto order = a.ends() <=> b.ends(); order != 0) return order;
    if (a.same_list(b) && (!a.is_two_entries() || a.position_ == b.position_)) {
      return a.position_ <=> b.position_;
    }
    return a.rank() <=> b.rank();
  }
  friend bool operator==(const edge_descriptor& a, const edge_descriptor& b) {
    return (a <=> b) == 0;
  }
  /// Parallel edges collide: telling them apart would cost O(degree).
  friend std::size_t hash_value(const edge_descriptor& e) {
    return boost::hash_value(e.ends());
  }
  /// Prints `(source,target)`, as descriptors of `adjacency_list` do.
  template <typename Char, typename Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(
      std::basic_ostream<Char, Traits>& out, const edge_descriptor& e) {
    return out << '(' << e.source_ << ',' << e.target_ << ')';
  }

 private:
  [[nodiscard]] std::pair<vertex_id, vertex_id> ends() const noexcept {
    if constexpr (Kind == graph_kind::undirected) {
      return std::minmax({source_, target_});
    }
    return {source_, target_};
  }
  [[nodiscard]] vertex_id holder() const noexcept {
    return end_ == found_at::source ? source_ : target_;
  }
  [[nodiscard]] vertex_id other() const noexcept {
    return end_ == found_at::source ? target_ : source_;
  }
  /// Whether both are entries of one list, given that their ends are equal.
  [[nodiscard]] bool same_list(const edge_descriptor& b) const noexcept {
    return Kind == graph_kind::undirected ? holder() == b.holder()
                                          : end_ == b.end_;
  }
  [[nodiscard]] bool is_two_entries() const noexcept {
    return Kind == graph_kind::undirected && source_ == target_;
  }
  [[nodiscard]] std::span<const vertex_id> list() const {
    if constexpr (Kind == graph_kind::bidirectional) {
      if (end_ == found_at::target) return graph_->in_neighbors(target_);
    }
    return graph_->neighbors(holder());
  }
  /// Which of the parallel edges between its ends this is.
  [[nodiscard]] std::ptrdiff_t rank() const {
    if (graph_->parallel() == parallel_edges::forbid) return 0;
    const auto all = list();
    const auto before = all.first(std::min<std::size_t>(position_, all.size()));
    const auto entries = std::count(before.begin(), before.end(), other());
    return is_two_entries() ? entries / 2 : entries;
  }

  /// The edge that the source knows as the same one of its parallel edges.
  [[nodiscard]] std::optional<telar::edge> at_source() const {
    std::ptrdiff_t left = rank();
    const auto all = graph_->neighbors(source_);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i] == target_ && left-- == 0) {
        return telar::edge{source_, target_, static_cast<std::uint32_t>(i)};
      }
    }
    return std::nullopt;
  }

  const Source* graph_ = nullptr;
  vertex_id source_ = no_vertex;
  vertex_id target_ = no_vertex;
  std::uint32_t position_ = 0;
  found_at end_ = found_at::source;
};

}  // namespace telar::bgl

template <telar::graph_kind Kind, typename Source>
struct std::hash<telar::bgl::edge_descriptor<Kind, Source>> {
  std::size_t operator()(
      const telar::bgl::edge_descriptor<Kind, Source>& e) const {
    return hash_value(e);
  }
};
