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

inline telar::snapshot moment(const telar::graph& g) { return g.snapshot(); }
inline const telar::snapshot& moment(const telar::snapshot& then) {
  return then;
}

}  // namespace detail

/// A `view` that owns its graph, so that it can be made, copied, and changed:
/// telar/bgl/changes.hpp.
///
/// The graph is anonymous (processes forked later share it) unless it was
/// opened or handed over.  A copy is a graph of its own, anonymous, with every
/// adjacency in the same order; vertices that were removed are isolated in it.
/// A graph that was moved from has no vertices and can only be copied, assigned
/// to and destroyed.
/// Concurrency: as the view.
template <graph_kind Kind, typename Payload = void>
class graph : public view<Kind, Payload> {
 public:
  using base = view<Kind, Payload>;
  using mutability_category = boost::mutable_property_graph_tag;

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
  /// A deep copy of what a view sees at this moment, with keys; others may go on
  /// changing what it reads.  Throws `no_space`, `system`; of a live graph, as
  /// `telar::graph::snapshot`.
  /// Complexity: O(vertices + edges).
  template <typename Source>
  explicit graph(const view<Kind, Payload, Source>& other)
      : graph(detail::create_anonymous(like(other))) {
    if (!other.has_handle()) return;
    const telar::snapshot then = detail::moment(other.handle());
    detail::ordered_copy<Kind, Payload>(then, other.seen(), *handle_).run();
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
  template <typename Source>
  static graph_options like(const view<Kind, Payload, Source>& other) {
    if (!other.has_handle()) return small();
    graph_options options;
    options.parallel = other.handle().parallel();
    options.keys = other.handle().keys();
    if constexpr (std::is_same_v<Source, telar::graph>) {
      options.reserve = other.handle().info().bytes_reserved;
    }
    return typed(std::move(options));
  }

  std::unique_ptr<telar::graph> handle_;
};

}  // namespace telar::bgl
