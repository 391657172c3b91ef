// telar/snapshot.hpp: a graph as it was at one moment, for reading while others
// go on changing it.
//
//   const telar::snapshot then = g.snapshot();
//   for (telar::vertex_id v : then.neighbors(5)) visit(v);
//
// Consistent: each edge is at both its ends or at neither, with its payload, and
// of what each participant did, it has all up to some point and nothing after.
// It costs no copy of the graph: whoever changes a vertex for the first time
// since the snapshot keeps what the vertex was.  What was replaced meanwhile is
// held until the snapshot is given back, which its destructor does.
//
// A snapshot belongs to the process that took it, and to no thread.  A child of
// `fork` may go on using it: it gets a hold of its own at the first use, or
// throws `expired` if the parent has given the snapshot back before.
//
// All members are concurrent and wait-free, but for what a forked child does at
// its first use.  Spans live as long as the snapshot.  Vertices must be below
// `vertex_count()`: `bad_argument`.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <telar/detail/reader.hpp>
#include <telar/error.hpp>
#include <telar/graph.hpp>
#include <telar/types.hpp>

namespace telar {

namespace detail {
/// What a snapshot's copies share: the hold, and the segment.
class held_snapshot;
class frozen_snapshot;
struct version;
}  // namespace detail

/// Cheap to copy: copies share one hold.
class snapshot {
 public:
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] graph_kind kind() const noexcept { return reader_.kind; }
  [[nodiscard]] parallel_edges parallel() const noexcept;
  [[nodiscard]] key_kind keys() const noexcept;
  [[nodiscard]] const payload_type& payload() const noexcept;

  /// When it was taken: snapshots of a graph are numbered.
  [[nodiscard]] std::uint32_t epoch() const noexcept { return epoch_; }
  [[nodiscard]] std::uint64_t vertex_count() const noexcept {
    return vertices_;
  }
  [[nodiscard]] std::uint64_t edge_count() const noexcept { return edges_; }

  [[nodiscard]] std::uint32_t degree(vertex_id v) const {
    return detail::degree_of(word(checked(v), 0));
  }
  [[nodiscard]] std::uint32_t in_degree(vertex_id v) const {
    return detail::degree_of(word(checked_in(v), 1));
  }
  [[nodiscard]] std::span<const vertex_id> neighbors(vertex_id v) const {
    return reader_.targets(word(checked(v), 0));
  }
  [[nodiscard]] std::span<const vertex_id> in_neighbors(vertex_id v) const {
    return reader_.targets(word(checked_in(v), 1));
  }
  /// Throws `bad_argument` for another payload type.
  template <typename T>
  [[nodiscard]] detail::half_edges<T> half_edges(vertex_id v) const {
    require_payload<T>();
    return reader_.template entries<T>(word(checked(v), 0));
  }
  template <typename T>
  [[nodiscard]] detail::half_edges<T> in_half_edges(vertex_id v) const {
    require_payload<T>();
    return reader_.template entries<T>(word(checked_in(v), 1));
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
      detail::visit_edges(reader_.kind, static_cast<vertex_id>(v),
                          neighbors(static_cast<vertex_id>(v)), visit);
    }
  }

  /// Whether `v` had been removed.
  [[nodiscard]] bool is_removed(vertex_id v) const;
  /// The same, or its removal had begun: then it may have edges, but it gets no
  /// more, and its key is another vertex's, or none's.
  [[nodiscard]] bool removal_had_begun(vertex_id v) const;
  /// The key of a vertex, and the vertex of a key; a vertex that has been
  /// removed since is found no more.
  [[nodiscard]] std::string_view key(vertex_id v) const;
  [[nodiscard]] std::uint64_t key_number(vertex_id v) const;
  [[nodiscard]] std::optional<vertex_id> find(std::string_view key) const;
  [[nodiscard]] std::optional<vertex_id> find(std::uint64_t key) const;

  // ---- Copies, for which nobody has to wait

  /// Makes a graph of its own of it, in any placement: the same vertices, keys,
  /// removed vertices, edges and payloads, each adjacency in the same order.
  /// Columns are not copied, since snapshots do not have them: `frame::clone`
  /// does that.
  ///
  /// A vertex whose removal had begun and not ended is removed in the copy.  If
  /// `set_unversioned` runs meanwhile, the payload that an edge has at its lower
  /// end (or its source) counts.
  /// Throws as `graph::create`; and then leaves nothing.
  /// Complexity: O(vertices + edges).
  /// If the process is killed inside: nothing is left; the name is given last.
  [[nodiscard]] graph clone(const location& where,
                            const clone_options& how = {}) const;

  /// Writes it into a file: telar/checkpoint.hpp.  All that `clone` copies, and
  /// by its rules; the file replaces an older checkpoint of that name.
  ///
  /// Durable when the call returns.  Throws `no_space`, `system`, `not_found`
  /// (the folder); `exists` for a file that is no checkpoint, which is not
  /// replaced.  After an exception, and if the process is killed or the machine
  /// loses power inside, the older file is whole, or the new one is.  What a kill
  /// may leave is one file .telar.checkpoint.*, which the next checkpoint in that
  /// folder removes.
  /// Complexity: O(vertices + edges); 8 bytes a key of this process's memory.
  void checkpoint(const std::string& path,
                  const checkpoint_options& how = {}) const;

 private:
  friend class graph;
  friend class detail::frozen_snapshot;
  explicit snapshot(std::shared_ptr<detail::held_snapshot> held);

  /// The word of a list, then the epoch: the writer stores them the other way
  /// round, so whoever sees a younger word sees a younger epoch.
  std::uint64_t word(vertex_id v, std::uint32_t list) const {
    // Relaxed: only a fork of this thread can have changed it.
    if (generation_->load(std::memory_order_relaxed) !=
        std::atomic_ref(mine_).load(std::memory_order_relaxed)) [[unlikely]] {
      follow_fork();
    }
    const std::uint64_t now = list == 0 ? reader_.word(v) : reader_.in_word(v);
    // Acquire: pairs with apply(); what it replaced is linked before.
    const std::uint32_t changed =
        reader_.vertices[v].epoch.load(std::memory_order_acquire) &
        ~detail::removed_mark;
    return changed <= epoch_ ? now : older_word(v, list);
  }
  std::uint64_t older_word(vertex_id v, std::uint32_t list) const;
  const detail::version* older_version(vertex_id v) const;
  void follow_fork() const;

  vertex_id checked(vertex_id v) const {
    if (v >= vertices_) [[unlikely]]
      fail_vertex(v);
    return v;
  }
  vertex_id checked_in(vertex_id v) const {
    if (!reader_.in_words) [[unlikely]]
      fail_in_edges();
    return checked(v);
  }
  template <typename T>
  void require_payload() const {
    static const std::uint64_t wanted =
        detail::fingerprint(payload_type::of<T>());
    if (reader_.payload_fingerprint != wanted) [[unlikely]] {
      fail_payload(payload_type::of<T>());
    }
  }
  [[noreturn]] void fail_vertex(vertex_id v) const;
  [[noreturn]] void fail_in_edges() const;
  [[noreturn]] void fail_edge(const edge& e) const;
  [[noreturn]] void fail_payload(const payload_type& wanted) const;

  std::shared_ptr<detail::held_snapshot> held_;
  detail::reader reader_;
  std::uint32_t epoch_ = 0;
  std::uint64_t vertices_ = 0;
  std::uint64_t edges_ = 0;
  const std::atomic<std::uint64_t>* generation_ = nullptr;
  mutable std::uint64_t mine_ = 0;  ///< The process generation it is held in.
};

}  // namespace telar
