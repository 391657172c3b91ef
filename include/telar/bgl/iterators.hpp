// telar/bgl/iterators.hpp: the walks of a view, each of which passes over what
// lies at or above the view's vertex bound.
//
// An iterator holds a span of its source, and lives as long: as the snapshot, or
// of a live graph until the same thread's next change or `refresh()`.  All can be
// copied and walked again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/filter_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>

#include <telar/bgl/edge_descriptor.hpp>

namespace telar::bgl {

/// The vertices of a view: 0 … bound - 1.
using vertex_iterator = boost::counting_iterator<vertex_id>;

/// Whether a vertex belongs to a view.
struct below {
  vertex_id bound = 0;
  bool operator()(vertex_id v) const noexcept { return v < bound; }
};

/// The neighbours of a vertex.
using adjacency_iterator = boost::filter_iterator<below, const vertex_id*>;

/// The edges in one adjacency list, whose vertex is their source or target.
template <graph_kind Kind, found_at End, typename Source = telar::graph>
class incident_edge_iterator
    : public boost::iterator_facade<incident_edge_iterator<Kind, End, Source>,
                                    edge_descriptor<Kind, Source>,
                                    boost::forward_traversal_tag,
                                    edge_descriptor<Kind, Source>> {
  using descriptor = edge_descriptor<Kind, Source>;

 public:
  incident_edge_iterator() = default;
  incident_edge_iterator(const Source& g, vertex_id holder,
                         std::span<const vertex_id> list, std::size_t position,
                         below seen)
      : graph_(&g),
        list_(list.data()),
        holder_(holder),
        size_(static_cast<std::uint32_t>(list.size())),
        position_(static_cast<std::uint32_t>(position)),
        seen_(seen) {
    settle();
  }

 private:
  friend class boost::iterator_core_access;

  descriptor dereference() const {
    const vertex_id other = list_[position_];
    return End == found_at::source
               ? descriptor(*graph_, holder_, other, position_, End)
               : descriptor(*graph_, other, holder_, position_, End);
  }
  bool equal(const incident_edge_iterator& that) const {
    return position_ == that.position_;
  }
  void increment() {
    ++position_;
    settle();
  }
  void settle() {
    while (position_ != size_ && !seen_(list_[position_])) ++position_;
  }

  const Source* graph_ = nullptr;
  const vertex_id* list_ = nullptr;
  vertex_id holder_ = no_vertex;
  std::uint32_t size_ = 0;
  std::uint32_t position_ = 0;
  below seen_;
};

/// All edges, each once, by source vertex; an undirected one at its lower end.
template <graph_kind Kind, typename Source = telar::graph>
class edge_iterator
    : public boost::iterator_facade<
          edge_iterator<Kind, Source>, edge_descriptor<Kind, Source>,
          boost::forward_traversal_tag, edge_descriptor<Kind, Source>> {
 public:
  edge_iterator() = default;
  /// The first edge whose source is not below `source`.
  edge_iterator(const Source* g, vertex_id source, below seen)
      : graph_(g), source_(source), seen_(seen) {
    load();
    settle();
  }

 private:
  friend class boost::iterator_core_access;

  edge_descriptor<Kind, Source> dereference() const {
    return {*graph_, source_, list_[position_], position_, found_at::source};
  }
  bool equal(const edge_iterator& that) const {
    return source_ == that.source_ && position_ == that.position_;
  }
  void increment() {
    ++position_;
    settle();
  }
  void settle() {
    while (seen_(source_)) {
      for (; position_ != list_.size(); ++position_) {
        if (is_named_here(list_[position_])) return;
      }
      ++source_;
      load();
    }
  }
  void load() {
    list_ = seen_(source_) ? graph_->neighbors(source_)
                           : std::span<const vertex_id>();
    position_ = 0;
    second_half_ = false;
  }
  /// Called once for each entry, in order: of a loop's two, the first counts.
  bool is_named_here(vertex_id target) {
    if (!seen_(target)) return false;
    if constexpr (Kind == graph_kind::undirected) {
      if (target < source_) return false;
      if (target == source_) return second_half_ = !second_half_;
    }
    return true;
  }

  const Source* graph_ = nullptr;
  std::span<const vertex_id> list_;
  vertex_id source_ = 0;
  std::uint32_t position_ = 0;
  bool second_half_ = false;
  below seen_;
};

}  // namespace telar::bgl
