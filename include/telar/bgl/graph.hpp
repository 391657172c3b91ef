// telar/bgl/graph.hpp: a graph of its own, for code that makes, fills and
// copies graphs as it does with `adjacency_list`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <telar/bgl/functions.hpp>
#include <telar/bgl/ordered_copy.hpp>
#include <telar/bgl/properties.hpp>
#include <telar/bgl/view.hpp>

namespace telar::bgl {

namespace detail {

/// Address space of a graph made without options: temporaries come by the
/// hundred, and this holds several million edges.
inline constexpr std::uint64_t default_reserve = std::uint64_t{256} << 20;
inline constexpr std::uint64_t least_reserve = std::uint64_t{16} << 20;

/// An anonymous graph; the reserve is halved until the system grants it.
inline telar::graph create_anonymous(graph_options options) {
  for (;;) {
    try {
      return telar::graph::create(anonymous, options);
    } catch (const error& failure) {
      const bool too_large =
          failure.code() == errc::no_space || failure.code() == errc::system;
      if (!too_large || options.reserve / 2 < least_reserve) throw;
      options.reserve /= 2;
    }
  }
}

template <typename Payload>
struct mutability_category : boost::add_vertex_tag,
                             boost::add_edge_property_tag {};
template <>
struct mutability_category<void> : boost::add_vertex_tag,
                                   boost::add_edge_tag {};

}  // namespace detail

/// A `view` that owns its graph, so that it can be made, copied, and added to.
///
/// The graph is anonymous (processes forked later share it) unless it was
/// opened or handed over.  A copy is a graph of its own, anonymous, with every
/// adjacency in the same order.  A graph that was moved from has no vertices
/// and can only be copied, assigned to and destroyed.
/// Concurrency: as the view; `add_edge` is concurrent, `add_vertex` is
/// exclusive for this object (it raises its bound).  Other threads make views
/// of `handle()`.
template <graph_kind Kind, typename Payload = void>
class graph : public view<Kind, Payload> {
 public:
  using base = view<Kind, Payload>;
  using mutability_category = detail::mutability_category<Payload>;

  /// An empty graph, with 256 MiB of address space: use `create` for a large
  /// one.  Throws `no_space`, `system`.
  graph() : graph(detail::create_anonymous(small())) {}
  /// `n` vertices, without edges.
  explicit graph(std::size_t n) : graph() {
    if (n != 0) handle_->add_vertices(n);
    this->raise_bound();
  }
  /// Takes the handle.  Throws `incompatible`.
  explicit graph(telar::graph&& g)
      : graph(std::make_unique<telar::graph>(std::move(g))) {}
  /// A deep copy of what a view sees, with keys.  Throws `no_space`, `system`.
  /// Complexity: O(vertices + edges).
  explicit graph(const base& other)
      : graph(detail::create_anonymous(like(other))) {
    if (!other.has_handle()) return;
    detail::ordered_copy<Kind, Payload>(other, *handle_).run();
    this->raise_bound();
  }
  graph(const graph& other) : graph(static_cast<const base&>(other)) {}
  graph(graph&& other) noexcept
      : base(std::exchange(static_cast<base&>(other), base())),
        handle_(std::move(other.handle_)) {}
  graph& operator=(graph other) noexcept {
    std::swap(static_cast<base&>(*this), static_cast<base&>(other));
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~graph() = default;

  /// As `telar::graph::create`, with this kind and payload in the options.
  [[nodiscard]] static graph create(const location& where,
                                    graph_options options = {}) {
    return graph(telar::graph::create(where, typed(std::move(options))));
  }
  [[nodiscard]] static graph open_or_create(const location& where,
                                            graph_options options = {}) {
    return graph(
        telar::graph::open_or_create(where, typed(std::move(options))));
  }
  [[nodiscard]] static graph open(const location& where,
                                  open_options expected = {}) {
    expected.kind = Kind;
    expected.payload = payload_type::of<Payload>();
    return graph(telar::graph::open(where, expected));
  }

  using base::handle;
  [[nodiscard]] telar::graph& handle() { return *handle_; }

  /// Sees at least the vertices up to this one.
  void include(vertex_id v) {
    if (v >= this->bound()) this->raise_bound();
  }

 private:
  explicit graph(std::unique_ptr<telar::graph> g)
      : base(*g), handle_(std::move(g)) {
    detail::require(*handle_, Kind, payload_type::of<Payload>());
  }

  static graph_options typed(graph_options options) {
    options.kind = Kind;
    options.payload = payload_type::of<Payload>();
    return options;
  }
  static graph_options small() {
    graph_options options;
    options.reserve = detail::default_reserve;
    return typed(std::move(options));
  }
  /// The options for a copy.
  static graph_options like(const base& other) {
    if (!other.has_handle()) return small();
    graph_options options;
    options.parallel = other.handle().parallel();
    options.keys = other.handle().keys();
    options.reserve = other.handle().info().bytes_reserved;
    return typed(std::move(options));
  }

  std::unique_ptr<telar::graph> handle_;
};

/// Adds a vertex.  Throws `no_space`; `bad_argument` in a graph with keys,
/// where `handle().vertex(key)` and then `refresh()` add one.
template <graph_kind K, typename P>
vertex_id add_vertex(graph<K, P>& g) {
  const vertex_id v = g.handle().add_vertex();
  g.include(v);
  return v;
}

/// Inserts u–v; false if parallel edges are forbidden and it was there.  A
/// payload that is not given is zero.  Throws as `telar::graph::add_edge`.
template <graph_kind K, typename P>
std::pair<edge_descriptor<K>, bool> add_edge(vertex_id u, vertex_id v,
                                             graph<K, P>& g) {
  const insertion done = g.handle().add_edge(u, v);
  return {detail::describe<K>(g.handle(), u, v, done.edge), done.added};
}
template <graph_kind K, typename P>
std::pair<edge_descriptor<K>, bool> add_edge(
    vertex_id u, vertex_id v,
    const typename graph<K, P>::edge_property_type& payload, graph<K, P>& g) {
  if constexpr (std::is_void_v<P>) {
    return add_edge(u, v, g);
  } else {
    const insertion done = g.handle().add_edge(u, v, payload);
    return {detail::describe<K>(g.handle(), u, v, done.edge), done.added};
  }
}

}  // namespace telar::bgl

namespace boost {

template <telar::graph_kind K, typename P, typename Tag>
struct property_map<telar::bgl::graph<K, P>, Tag>
    : property_map<telar::bgl::view<K, P>, Tag> {};

}  // namespace boost
