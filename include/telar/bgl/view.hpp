// telar/bgl/view.hpp: a graph that others may be changing, or a snapshot, as
// Boost.Graph reads it.
//
// What an algorithm can rely on while others write.  On a snapshot: that nothing
// changes.  On a live graph: the vertices are those that there were when the view
// was made; later ones, and edges to them, are unseen, so a vector of
// `num_vertices(g)` elements serves as property map to the end.  Every adjacency
// that is read is whole, and in order.  Edges that are inserted meanwhile are
// seen or not.  An algorithm that reads a vertex twice may see more the second
// time, or less if others remove edges.  Payloads are looked up by an edge's
// position, which a removal changes: where others remove, read a snapshot.
//
// A thread that only reads a live graph holds memory back, which others have
// replaced, until it calls `refresh()` of the view or of its handle: do so
// between algorithms.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>

#include <boost/graph/graph_traits.hpp>
// Boost 1.74's does not include what it uses: after the one above.
#include <boost/graph/graph_mutability_traits.hpp>
#include <boost/pending/property.hpp>

#include <telar/bgl/iterators.hpp>

namespace telar::bgl {

namespace detail {

/// Throws `incompatible` unless the graph is what the type says.
template <typename Source>
void require(const Source& g, graph_kind kind, const payload_type& payload) {
  if (g.kind() == kind && g.payload() == payload) return;
  const auto words = [](graph_kind k, const payload_type& p) {
    return std::string(to_string(k)) + " with payload " + p.name;
  };
  throw error(errc::incompatible, g.name() + " is " +
                                      words(g.kind(), g.payload()) + ", not " +
                                      words(kind, payload));
}

template <graph_kind Kind>
using directed_category = std::conditional_t<
    Kind == graph_kind::undirected, boost::undirected_tag,
    std::conditional_t<Kind == graph_kind::directed, boost::directed_tag,
                       boost::bidirectional_tag>>;

template <graph_kind Kind>
struct traversal_category : boost::vertex_list_graph_tag,
                            boost::edge_list_graph_tag,
                            boost::adjacency_graph_tag,
                            boost::adjacency_matrix_tag,
                            std::conditional_t<Kind == graph_kind::directed,
                                               boost::incidence_graph_tag,
                                               boost::bidirectional_graph_tag> {
};

}  // namespace detail

/// A `telar::graph` or `telar::snapshot` of this kind and payload, for reading.
/// Cheap to copy; the source must outlive it, and stay where it is.
///
/// Without a payload type, a view fits every graph of its kind, and ignores
/// what the edges carry.
/// Concurrency: concurrent, but for `refresh()`, which is exclusive.
template <graph_kind Kind, typename Payload = void,
          typename Source = telar::graph>
class view {
 public:
  using vertex_descriptor = vertex_id;
  using edge_descriptor = bgl::edge_descriptor<Kind, Source>;
  using vertex_iterator = bgl::vertex_iterator;
  using edge_iterator = bgl::edge_iterator<Kind, Source>;
  using adjacency_iterator = bgl::adjacency_iterator;
  using out_edge_iterator =
      incident_edge_iterator<Kind, found_at::source, Source>;
  using in_edge_iterator = std::conditional_t<
      Kind == graph_kind::directed, void,
      incident_edge_iterator<Kind, found_at::target, Source>>;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  using directed_category = detail::directed_category<Kind>;
  using traversal_category = detail::traversal_category<Kind>;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  struct mutability_category {};

  using edge_bundled =
      std::conditional_t<std::is_void_v<Payload>, boost::no_property, Payload>;
  using edge_property_type = edge_bundled;
  using vertex_bundled = boost::no_property;
  using vertex_property_type = boost::no_property;
  using graph_bundled = boost::no_property;
  using graph_property_type = boost::no_property;

  static vertex_descriptor null_vertex() { return no_vertex; }

  /// A graph without vertices.
  view() = default;
  /// Throws `incompatible` when the graph is of another kind or payload type.
  explicit view(const Source& g) : handle_(&g) {
    detail::require(
        g, Kind,
        std::is_void_v<Payload> ? g.payload() : payload_type::of<Payload>());
    raise_bound();
  }
  explicit view(const Source&&) = delete;

  /// Sees the vertices that there are now.  Ends the calling thread's iterators
  /// and gives back the memory that was held for them.
  void refresh() requires(std::is_same_v<Source, telar::graph>) {
    if (!handle_) return;
    handle_->refresh();
    raise_bound();
  }

  [[nodiscard]] bool has_handle() const noexcept { return handle_ != nullptr; }
  [[nodiscard]] const Source& handle() const { return *handle_; }
  /// The number of vertices that this view sees.
  [[nodiscard]] vertex_id bound() const noexcept { return seen_.bound; }
  [[nodiscard]] below seen() const noexcept { return seen_; }

  /// What an edge carries.
  [[nodiscard]] Payload operator[](const edge_descriptor& e) const
      requires(!std::is_void_v<Payload>) {
    return e.template payload<Payload>();
  }

  /// How many of these entries the view sees.  O(1) when it sees all vertices.
  [[nodiscard]] std::size_t count(std::span<const vertex_id> list) const {
    // The list was read first: whatever vertex it names is counted by now.
    if (handle_->vertex_count() == seen_.bound) return list.size();
    return static_cast<std::size_t>(
        std::count_if(list.begin(), list.end(), seen_));
  }

 protected:
  void raise_bound() {
    seen_.bound = static_cast<vertex_id>(handle_->vertex_count());
  }

 private:
  const Source* handle_ = nullptr;
  below seen_;
};

}  // namespace telar::bgl
