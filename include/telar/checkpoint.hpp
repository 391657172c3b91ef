// telar/checkpoint.hpp: a snapshot in a file, which outlives the machine, may be
// copied to another one, is read at once, and made into a live graph again.
//
//   g.checkpoint("roads.checkpoint");                 // while others write
//
//   const auto then = telar::checkpoint::open("roads.checkpoint");
//   for (telar::vertex_id v : then.neighbors(5)) visit(v);
//   telar::graph g = then.restore("roads");           // any placement
//
// A live graph in a file belongs to one boot of one machine and to builds of one
// layout: checkpoints are how graphs move.  They are written once and never
// changed, hence read without locks, by any number of processes.
//
// `open` maps the file and looks at its header only.  Whatever else it says is
// looked at when it is used: what leads outside the file is `corrupt`, never
// undefined behaviour.  But a file that damage or an enemy has written may name
// neighbours that do not exist: call `verify()` before an algorithm uses them as
// indices.  (`restore` does.)  A file that is cut while it is mapped is SIGBUS.
//
// All members are concurrent.  Spans live as long as the object, or a copy of
// it.  Vertices must be below `vertex_count()`: `bad_argument`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <telar/detail/checkpoint_format.hpp>
#include <telar/detail/reader.hpp>
#include <telar/error.hpp>
#include <telar/graph.hpp>
#include <telar/options.hpp>
#include <telar/types.hpp>

namespace telar {

namespace detail {

class checkpoint_file;

/// The lists of one direction, in the mapped file.
struct mapped_lists {
  const std::uint64_t* offsets = nullptr;
  const vertex_id* targets = nullptr;
  const std::byte* payloads = nullptr;
  std::uint64_t entries = 0;

  /// Whether [begin, end) can be the entries of a vertex.
  [[nodiscard]] bool holds(std::uint64_t begin, std::uint64_t end) const {
    return begin <= end && end <= entries && end - begin <= max_degree;
  }
};

/// Entries [begin, end).
struct entry_range {
  std::uint64_t begin;
  std::uint64_t end;
};

}  // namespace detail

/// Cheap to copy: copies share the mapping.
class checkpoint {
 public:
  /// Maps a checkpoint, to be read.
  ///
  /// Throws `not_found`; `corrupt` if it is none, cut, or its header is damaged;
  /// `incompatible` for a later format, or a live graph; `system`, `no_space`.
  /// Complexity: O(1).
  [[nodiscard]] static checkpoint open(const std::string& path);

  /// Reads all of it: checksums, bounds, the two ends of each edge, keys.
  /// Throws `corrupt` naming the first thing that is wrong.
  /// Complexity: O(vertices + edges), and a bit for each vertex.
  void verify(const progress_function& progress = {}) const;

  /// Makes a live graph of it, in any placement: the same vertices, keys, removed
  /// vertices, edges and payloads, each adjacency in the same order.
  ///
  /// Throws as `verify` and `graph::create`; and then leaves nothing.
  /// Complexity: O(vertices + edges).
  /// If the process is killed inside: nothing is left; the name is given last.
  [[nodiscard]] graph restore(const location& where,
                              const clone_options& how = {}) const;

  // ---- What it is

  /// Its path, as it was given.
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] graph_kind kind() const noexcept { return kind_; }
  [[nodiscard]] parallel_edges parallel() const noexcept;
  [[nodiscard]] key_kind keys() const noexcept { return keys_; }
  [[nodiscard]] const payload_type& payload() const noexcept;
  [[nodiscard]] std::uint64_t vertex_count() const noexcept {
    return vertices_;
  }
  [[nodiscard]] std::uint64_t edge_count() const noexcept;
  /// The snapshot's number in its graph, and that graph.
  [[nodiscard]] std::uint32_t epoch() const noexcept;
  [[nodiscard]] std::string uuid() const;
  [[nodiscard]] std::uint64_t created() const noexcept;  ///< Seconds, of 1970.
  [[nodiscard]] std::uint64_t removed_count() const noexcept;
  [[nodiscard]] std::uint64_t file_bytes() const noexcept;

  // ---- Reading, as a snapshot

  [[nodiscard]] std::uint32_t degree(vertex_id v) const {
    return size_of(range(out_, checked(v)));
  }
  [[nodiscard]] std::uint32_t in_degree(vertex_id v) const {
    return size_of(range(in_, checked_in(v)));
  }
  [[nodiscard]] std::span<const vertex_id> neighbors(vertex_id v) const {
    return targets(out_, checked(v));
  }
  [[nodiscard]] std::span<const vertex_id> in_neighbors(vertex_id v) const {
    return targets(in_, checked_in(v));
  }
  /// Throws `bad_argument` for another payload type.
  template <typename T>
  [[nodiscard]] detail::half_edges<T> half_edges(vertex_id v) const {
    require_payload<T>();
    return entries<T>(out_, checked(v));
  }
  template <typename T>
  [[nodiscard]] detail::half_edges<T> in_half_edges(vertex_id v) const {
    require_payload<T>();
    return entries<T>(in_, checked_in(v));
  }
  template <typename T>
  [[nodiscard]] T payload(const edge& e) const {
    const auto all = half_edges<T>(e.source);
    if (e.position >= all.targets.size()) [[unlikely]]
      fail_edge(e);
    return all.payloads[e.position];
  }

  /// Complexity: O(degree), of the smaller end where both know the edge.
  [[nodiscard]] bool has_edge(vertex_id source, vertex_id target) const {
    return find_edge(source, target).has_value();
  }
  [[nodiscard]] std::optional<edge> find_edge(vertex_id source,
                                              vertex_id target) const;

  /// Calls `visit(edge)` once for each edge, by source, as `graph` does.
  template <typename Visit>
  void for_each_edge(Visit&& visit) const {
    for (std::uint64_t v = 0; v < vertices_; ++v) {
      detail::visit_edges(kind_, static_cast<vertex_id>(v),
                          neighbors(static_cast<vertex_id>(v)), visit);
    }
  }

  /// Whether `v` had been removed.  Complexity: O(log removed).
  [[nodiscard]] bool is_removed(vertex_id v) const;
  /// The key of a vertex, and the vertex of a key.
  [[nodiscard]] std::string_view key(vertex_id v) const;
  [[nodiscard]] std::uint64_t key_number(vertex_id v) const;
  [[nodiscard]] std::optional<vertex_id> find(std::string_view key) const;
  [[nodiscard]] std::optional<vertex_id> find(std::uint64_t key) const;

 private:
  explicit checkpoint(std::shared_ptr<const detail::checkpoint_file> file);

  /// A list that damage or an enemy wrote must not lead outside the file, hence
  /// the check at each use.
  [[nodiscard]] detail::entry_range range(const detail::mapped_lists& lists,
                                          vertex_id v) const {
    const std::uint64_t begin = lists.offsets[v];
    const std::uint64_t end = lists.offsets[v + std::uint64_t{1}];
    if (!lists.holds(begin, end)) [[unlikely]]
      fail_range(v);
    return {begin, end};
  }
  static std::uint32_t size_of(detail::entry_range r) {
    return static_cast<std::uint32_t>(r.end - r.begin);
  }
  [[nodiscard]] std::span<const vertex_id> targets(
      const detail::mapped_lists& lists, vertex_id v) const {
    const auto r = range(lists, v);
    return {lists.targets + r.begin, size_of(r)};
  }
  template <typename T>
  [[nodiscard]] detail::half_edges<T> entries(const detail::mapped_lists& lists,
                                              vertex_id v) const {
    const auto r = range(lists, v);
    return {{lists.targets + r.begin, size_of(r)},
            {reinterpret_cast<const T*>(lists.payloads) + r.begin, size_of(r)}};
  }

  vertex_id checked(vertex_id v) const {
    if (v >= vertices_) [[unlikely]]
      fail_vertex(v);
    return v;
  }
  vertex_id checked_in(vertex_id v) const {
    if (kind_ != graph_kind::bidirectional) [[unlikely]]
      fail_in_edges();
    return checked(v);
  }
  template <typename T>
  void require_payload() const {
    static const std::uint64_t wanted =
        detail::fingerprint(payload_type::of<T>());
    if (payload_fingerprint_ != wanted) [[unlikely]] {
      fail_payload(payload_type::of<T>());
    }
  }
  [[noreturn]] void fail_range(vertex_id v) const;
  [[noreturn]] void fail_vertex(vertex_id v) const;
  [[noreturn]] void fail_in_edges() const;
  [[noreturn]] void fail_edge(const edge& e) const;
  [[noreturn]] void fail_payload(const payload_type& wanted) const;

  std::shared_ptr<const detail::checkpoint_file> file_;
  detail::mapped_lists out_;
  detail::mapped_lists in_;
  std::uint64_t vertices_ = 0;
  std::uint64_t payload_fingerprint_ = 0;
  graph_kind kind_{};
  key_kind keys_{};
};

}  // namespace telar
