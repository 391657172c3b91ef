// telar/graph.hpp: one mutable graph that many threads and processes share.
// Start here.
//
//   auto g = telar::graph::create("roads");            // any process
//   g.add_vertices(6);
//   g.add_edge(1, 5);
//
//   auto g = telar::graph::open("roads");              // any other
//   for (telar::vertex_id v : g.neighbors(5)) visit(v);
//
// A `graph` is a process's handle to a segment.  Any number of threads may use
// one handle; a child of `fork` may go on using it and is a participant of its
// own.  A thread attaches by itself at its first use and detaches when it ends.
//
// Each member says under "Concurrency" which of these it is:
//
//   concurrent   May run at the same time as anything else, in any thread of
//                any process.
//   exclusive    Nothing else may use the handle (or, where it says so, the
//                segment) meanwhile.
//
// Lifetime of what reading returns.  A span stays valid, and unchanged, until
// the *same thread's* next change or `refresh()`, as with a `std::vector`,
// whatever others do.  A thread that only reads calls `refresh()` now and then:
// memory that others replaced is held back for it until then.
//
// Every call may throw `error`: `corrupt` when the segment breaks its own
// rules.  Other codes are named where they arise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <telar/detail/reader.hpp>
#include <telar/error.hpp>
#include <telar/options.hpp>
#include <telar/report.hpp>
#include <telar/types.hpp>

namespace telar {

class snapshot;
class change_feed;
struct following;
namespace detail {
class core;
}

class graph {
 public:
  // ---- Making, opening, removing

  /// Creates a graph and opens it.
  ///
  /// It exists complete or not at all, and outlives handle and process until
  /// `remove` (shared, file).  Throws `exists`, `bad_argument`, `no_space`,
  /// `system`.  Complexity: O(1); at most 64 KiB are committed.
  /// Concurrency: concurrent.
  /// If the process is killed inside: nothing is left.
  [[nodiscard]] static graph create(const location& where,
                                    const graph_options& options = {});

  /// Opens a graph that exists.
  ///
  /// Throws `not_found`; `incompatible` when it is not what `expected` says or
  /// was made by another build; `corrupt` when it is no graph at all; `busy`
  /// while somebody checks, repairs or removes it; `system` without permission
  /// to write (a reader, too, must be able to pin memory and to repair what a
  /// killed process left), or when it belongs to another user than this one,
  /// root, and those that TELAR_TRUST names (their numbers, or `*`).
  ///
  /// The first who opens a file after a restart of the machine recovers all
  /// who used it before; others wait for it.  Concurrency: concurrent.
  /// If the process is killed inside: the next one does it again.
  [[nodiscard]] static graph open(const location& where,
                                  const open_options& expected = {});

  /// Opens the graph, or creates it where there is none.  One that exists must
  /// have the kind, payload, parallel edges and keys of `options`.
  [[nodiscard]] static graph open_or_create(const location& where,
                                            const graph_options& options = {});

  /// Removes the name or file; false if there was none.
  ///
  /// Processes that have it open go on with the graph as it is; its memory is
  /// returned when the last of them closes it.  Concurrency: concurrent.
  static bool remove(const location& where);

  graph(graph&&) noexcept;
  graph& operator=(graph&&) noexcept;
  graph(const graph&) = delete;
  graph& operator=(const graph&) = delete;
  /// Closes the handle.  Concurrency: exclusive.
  ~graph();

  // ---- What it is

  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] telar::placement placement() const noexcept;
  [[nodiscard]] graph_kind kind() const noexcept { return reader_.kind; }
  [[nodiscard]] parallel_edges parallel() const noexcept;
  [[nodiscard]] key_kind keys() const noexcept;
  [[nodiscard]] const payload_type& payload() const noexcept;

  /// Changes how long this handle waits for a vertex.  Concurrency: exclusive.
  void set_wait(wait_options wait);

  // ---- Vertices

  /// The id bound: vertices are 0 … vertex_count() - 1.
  /// Complexity: O(1).  Concurrency: concurrent, wait-free.
  [[nodiscard]] std::uint64_t vertex_count() const noexcept {
    return reader_.vertex_bound();
  }

  /// Adds a vertex, or `count` consecutive ones, and returns the (first) id.
  ///
  /// Throws `no_space`; `bad_argument` in a graph with keys, whose vertices are
  /// added by key.  Complexity: O(1), and committing memory.
  /// Concurrency: concurrent, lock-free.
  /// If the process is killed inside: all `count` are there, or none.
  vertex_id add_vertex() { return add_vertices(1); }
  vertex_id add_vertices(std::uint64_t count);

  /// Adds vertices until there are `count`; nothing, if there are already.
  /// Otherwise as `add_vertices`.
  void grow_to(std::uint64_t count);

  // ---- Keys

  /// The vertex of this key, which is added if it is new.  Whoever asks for a
  /// key at the same time, in any process, gets the same vertex.
  ///
  /// Throws `bad_argument` when the graph has no keys, or the other sort, or a
  /// string key is longer than 65,535 bytes; `no_space`.
  /// Complexity: O(1) expected.  Concurrency: concurrent, lock-free.
  /// If the process is killed inside: the key has its vertex, or is absent.
  vertex_id vertex(std::string_view key);
  vertex_id vertex(std::uint64_t key);

  /// The vertex of this key, if there is one.  Never changes the graph.
  /// Complexity: O(1) expected.  Concurrency: concurrent, wait-free.
  [[nodiscard]] std::optional<vertex_id> find(std::string_view key) const;
  [[nodiscard]] std::optional<vertex_id> find(std::uint64_t key) const;

  /// The key of a vertex.  The text lives as long as the handle.
  /// Throws `bad_argument`.  Complexity: O(1).  Concurrency: concurrent.
  [[nodiscard]] std::string_view key(vertex_id v) const;
  [[nodiscard]] std::uint64_t key_number(vertex_id v) const;

  // ---- Inserting edges

  /// Inserts source–target (undirected) or source→target.
  ///
  /// Without a payload argument, an edge that has one gets zero bytes.  Where
  /// parallel edges are forbidden, an edge that is there already is returned as
  /// it is, `added` false.  A self loop of an undirected graph is two entries
  /// in its vertex's adjacency and counts 2 in its degree.
  ///
  /// Throws `bad_argument` (a vertex out of range, another payload type),
  /// `no_space`, `timed_out` (naming the holder), `busy`.
  /// Complexity: amortised O(1); O(smaller degree) if parallel edges are
  /// forbidden.
  /// Concurrency: concurrent.  Locks the two vertices against other writers,
  /// the lower first; readers never wait.
  /// If the process is killed inside: the edge is whole or absent once the next
  /// caller, of any process, has met it and repaired it.
  insertion add_edge(vertex_id source, vertex_id target) {
    return named(source, target, insert(source, target, nullptr));
  }
  template <typename T>
  insertion add_edge(vertex_id source, vertex_id target, const T& payload) {
    require_payload<T>();
    return named(source, target, insert(source, target, &payload));
  }

  /// Inserts many edges, each exactly as `add_edge` does (this is no
  /// transaction), but fetches memory ahead and is two to three times faster.
  /// Returns how many were added.  After an exception, those before the one it
  /// names are in.
  std::uint64_t add_edges(std::span<const endpoints> edges) {
    return insert(edges, nullptr);
  }
  template <typename T>
  std::uint64_t add_edges(std::span<const endpoints> edges,
                          std::span<const T> payloads) {
    require_payload<T>();
    require_same_length(edges.size(), payloads.size());
    return insert(edges, payloads.data());
  }

  // ---- Removing edges and vertices
  //
  // A removal moves the entries behind the removed one: an `edge` of the same
  // source with a higher position names another one afterwards, or none.  Spans
  // of other threads, and snapshots, do not change.

  /// Removes the first edge from `source` to `target`; false: there is none.
  ///
  /// Throws as `add_edge`.  Complexity: O(degrees of both ends).
  /// Concurrency: concurrent, as `add_edge`.
  /// If the process is killed inside: the edge is whole or absent, as there.
  bool remove_edge(vertex_id source, vertex_id target);
  /// Removes this edge; false: its entry is not there any more.
  bool remove_edge(const edge& which);
  /// Removes many edges, each as `remove_edge` does, and returns how many were
  /// there.
  std::uint64_t remove_edges(std::span<const endpoints> edges);

  /// Removes the (out-)edges of `v` for which `condition(edge)` holds, each by
  /// itself.  It is asked once for each, the last first.  Edges that others insert
  /// or remove meanwhile may be passed over.  Returns how many were removed.
  template <typename Condition>
  std::uint64_t remove_out_edge_if(vertex_id v, Condition&& condition) {
    const auto now = neighbors(v);
    const std::vector<vertex_id> all(now.begin(), now.end());
    std::uint64_t removed = 0;
    for (std::size_t i = all.size(); i-- != 0;) {
      const edge one{v, all[i], static_cast<std::uint32_t>(i)};
      if (condition(one)) removed += remove_edge(one);
      // The other entry of an undirected loop is the same edge.
      if (kind() == graph_kind::undirected && all[i] == v && i != 0) --i;
    }
    return removed;
  }
  /// Likewise those of the whole graph: an undirected edge is named at its lower
  /// end.
  template <typename Condition>
  std::uint64_t remove_edge_if(Condition&& condition) {
    std::uint64_t removed = 0;
    const std::uint64_t bound = vertex_count();
    for (std::uint64_t i = 0; i < bound; ++i) {
      const auto v = static_cast<vertex_id>(i);
      removed += remove_out_edge_if(v, [&](const edge& e) {
        return (kind() != graph_kind::undirected || e.target >= v) &&
               condition(e);
      });
    }
    return removed;
  }

  /// Removes all edges of `v`: those out of it, those into it, or both.  Edges
  /// that others insert meanwhile are removed or not.
  /// Complexity: O(sum of the degrees of its neighbours, and degree²): each edge
  /// goes by itself, and others may insert between any two.  In a directed graph
  /// O(1) for those out of it, which go at once, and O(vertices + edges) for those
  /// into it.
  /// If the process is killed inside: some are removed, each whole.
  void clear_vertex(vertex_id v) { clear(v, true, true); }
  void clear_out_edges(vertex_id v) { clear(v, true, false); }
  void clear_in_edges(vertex_id v) { clear(v, false, true); }

  /// Removes a vertex with its edges and its key; false: it was removed already.
  ///
  /// `vertex_count` stays, and `v` reads as isolated.  From the beginning of the
  /// call on, inserting an edge at `v` is a `bad_argument`, and its key names
  /// nothing: `vertex(key)` adds a new one.  In a graph without keys a later
  /// `add_vertex` may return `v` again, but only when no reader and no snapshot
  /// can have seen it otherwise.
  /// Complexity: as `clear_vertex`, but without degree².
  /// Concurrency: concurrent; each edge is removed by itself.
  /// If the process is killed inside: the next caller (`open`, `recover`,
  /// `check`, or one change in 16,384) removes what is left.
  bool remove_vertex(vertex_id v);
  /// Whether `v` was removed, or is being removed.
  [[nodiscard]] bool is_removed(vertex_id v) const;

  // ---- Changing payloads.  False: the edge's entry is not there any more.

  /// Gives an edge another payload, at both ends at once.  Snapshots that there
  /// are keep the old one.
  /// Throws as `add_edge`.  Complexity: O(degrees of both ends).
  template <typename T>
  bool set(const edge& which, const T& payload) {
    require_payload<T>();
    return replace_payload(which, &payload);
  }
  /// The same in place, for a feed of small values: O(1) but for finding the
  /// edge at its other end.  Each end's is stored atomically, and whoever is
  /// killed inside leaves both or none; but readers, and snapshots, may see one
  /// end's before the other's.  Requires: 1, 2, 4 or 8 bytes.
  template <typename T>
  bool set_unversioned(const edge& which, const T& payload) {
    static_assert(
        sizeof(T) == 1 || sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8,
        "set_unversioned stores 1, 2, 4 or 8 bytes");
    require_payload<T>();
    return overwrite_payload(which, &payload);
  }
  /// Many of them, each by itself; returns how many edges were there.
  template <typename T>
  std::uint64_t set(std::span<const edge> edges, std::span<const T> payloads) {
    require_same_length(edges.size(), payloads.size());
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      done += set(edges[i], payloads[i]);
    }
    return done;
  }
  template <typename T>
  std::uint64_t set_unversioned(std::span<const edge> edges,
                                std::span<const T> payloads) {
    require_same_length(edges.size(), payloads.size());
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      done += set_unversioned(edges[i], payloads[i]);
    }
    return done;
  }

  // ---- Snapshots

  /// The graph as it is now, for reading while others go on: telar/snapshot.hpp.
  ///
  /// Waits for the changes that are being made at this moment.  Throws
  /// `timed_out` naming who does not end one, `busy`, `no_space`.
  /// Complexity: O(participants), whatever the size of the graph.
  /// Concurrency: concurrent.  Holds no writer back.
  /// If the process is killed inside, or later: it is given back by itself.
  [[nodiscard]] telar::snapshot snapshot() const;
  /// Copies a snapshot into a new graph, or a file, while others go on: see
  /// `snapshot::clone`, `snapshot::checkpoint`.
  [[nodiscard]] graph clone(const location& where,
                            const clone_options& how = {}) const;
  void checkpoint(const std::string& path,
                  const checkpoint_options& how = {}) const;

  // ---- Changes as they are made: telar/changes.hpp has all about these.

  [[nodiscard]] following follow() const;
  [[nodiscard]] change_feed changes(std::uint64_t since) const;
  [[nodiscard]] std::uint64_t last_change() const;

  // ---- Reading.  Vertices must be below vertex_count(): `bad_argument`.

  /// The number of edges.  While others write: a number between the count at
  /// the beginning of the call and that at its end.
  /// Complexity: O(participants).  Concurrency: concurrent.
  [[nodiscard]] std::uint64_t edge_count() const;

  /// How many entries the (out-)adjacency of `v` has.
  /// Complexity: O(1).  Concurrency: concurrent, wait-free.
  [[nodiscard]] std::uint32_t degree(vertex_id v) const {
    return detail::degree_of(reader_.word(checked(v)));
  }
  /// How many in-edges `v` has.  Bidirectional graphs only.
  [[nodiscard]] std::uint32_t in_degree(vertex_id v) const {
    return detail::degree_of(reader_.in_word(checked_in(v)));
  }

  /// The (out-)neighbours of `v`, in the order of insertion, contiguous.
  /// Complexity: O(1).  Concurrency: concurrent, wait-free.
  [[nodiscard]] std::span<const vertex_id> neighbors(vertex_id v) const {
    pin();
    return reader_.targets(reader_.word(checked(v)));
  }
  /// The sources of the in-edges of `v`.  Bidirectional graphs only.
  [[nodiscard]] std::span<const vertex_id> in_neighbors(vertex_id v) const {
    pin();
    return reader_.targets(reader_.in_word(checked_in(v)));
  }

  /// The (out-)adjacency of `v`, with payloads: `payloads[i]` belongs to the
  /// edge to `targets[i]`.  Throws `bad_argument` for another payload type.
  template <typename T>
  [[nodiscard]] detail::half_edges<T> half_edges(vertex_id v) const {
    require_payload<T>();
    pin();
    return reader_.template entries<T>(reader_.word(checked(v)));
  }
  template <typename T>
  [[nodiscard]] detail::half_edges<T> in_half_edges(vertex_id v) const {
    require_payload<T>();
    pin();
    return reader_.template entries<T>(reader_.in_word(checked_in(v)));
  }

  /// The payload of an edge.
  template <typename T>
  [[nodiscard]] T payload(const edge& e) const {
    const auto all = half_edges<T>(e.source);
    require_position(e, all.targets);
    return all.payloads[e.position];
  }

  /// Whether source–target, or source→target, is there: in `neighbors(source)`.
  /// Complexity: O(degree); of the smaller end where both ends know the edge and
  /// nobody is writing at `target`.
  /// Concurrency: concurrent, wait-free.
  [[nodiscard]] bool has_edge(vertex_id source, vertex_id target) const {
    return find_edge(source, target).has_value();
  }
  /// The first edge from `source` to `target`.
  [[nodiscard]] std::optional<edge> find_edge(vertex_id source,
                                              vertex_id target) const;

  /// Calls `visit(edge)` once for each edge, by source: an undirected edge is
  /// named at its lower end.  While others write, edges that are inserted
  /// meanwhile are visited or not.
  /// Complexity: O(vertices + edges).  Concurrency: concurrent.
  template <typename Visit>
  void for_each_edge(Visit&& visit) const {
    const std::uint64_t bound = vertex_count();
    for (std::uint64_t v = 0; v < bound; ++v) {
      detail::visit_edges(reader_.kind, static_cast<vertex_id>(v),
                          neighbors(static_cast<vertex_id>(v)), visit);
    }
  }

  /// Gives back what this thread's earlier reads hold; its spans end here.
  /// A thread that reads for long without writing calls this between tasks.
  /// Complexity: O(1).  Concurrency: concurrent, wait-free.
  void refresh() const noexcept;

  // ---- Memory, state, health

  /// Commits memory for this many vertices and edges in all, before the work:
  /// then only an uneven distribution can still meet `no_space`.
  /// Concurrency: concurrent.  If killed inside: memory is committed, or not.
  void reserve(std::uint64_t vertices, std::uint64_t edges);

  /// Maps all committed memory into this process now, so that later accesses
  /// take no page fault.  Complexity: O(committed memory).
  void populate() const;

  [[nodiscard]] graph_info info() const;

  /// Repairs after dead participants, then verifies every invariant of the
  /// layout, and says in words which are broken.
  ///
  /// Complexity: O(vertices + edges log edges), a bit per 16 bytes.
  /// Concurrency: exclusive, in the segment: work of others would look like
  /// damage.
  [[nodiscard]] check_report check() const;

  /// Recovers participants that were killed, instead of leaving it to whoever
  /// meets them.  Returns how many.  Concurrency: concurrent.
  std::uint64_t recover() const;

 private:
  friend class detail::core;
  explicit graph(std::shared_ptr<detail::core> core);

  /// The position, and `inserted` if it is new: in one register, since this is
  /// the hottest call of all.
  std::uint64_t insert(vertex_id source, vertex_id target, const void* payload);
  static constexpr std::uint64_t inserted = std::uint64_t{1} << 32;
  static insertion named(vertex_id source, vertex_id target,
                         std::uint64_t done) noexcept {
    return {{source, target, static_cast<std::uint32_t>(done)},
            (done & inserted) != 0};
  }
  std::uint64_t insert(std::span<const endpoints> edges, const void* payloads);
  bool replace_payload(const edge& which, const void* payload);
  bool overwrite_payload(const edge& which, const void* payload);
  void clear(vertex_id v, bool out, bool in);

  vertex_id checked(vertex_id v) const {
    if (v >= reader_.vertex_bound()) [[unlikely]]
      fail_vertex(v);
    return v;
  }
  vertex_id checked_in(vertex_id v) const {
    if (!reader_.in_words) [[unlikely]]
      fail_in_edges();
    return checked(v);
  }
  void pin() const {
    if (!reader_.pinned()) [[unlikely]]
      pin_slow();
  }
  template <typename T>
  void require_payload() const {
    static const std::uint64_t wanted =
        detail::fingerprint(payload_type::of<T>());
    if (reader_.payload_fingerprint != wanted) [[unlikely]] {
      fail_payload(payload_type::of<T>());
    }
  }
  void require_position(const edge& e, std::span<const vertex_id> in) const {
    if (e.position >= in.size()) [[unlikely]]
      fail_edge(e);
  }
  static void require_same_length(std::size_t edges, std::size_t payloads);
  [[noreturn]] void fail_vertex(vertex_id v) const;
  [[noreturn]] void fail_in_edges() const;
  [[noreturn]] void fail_edge(const edge& e) const;
  [[noreturn]] void fail_payload(const payload_type& wanted) const;
  void pin_slow() const;

  std::shared_ptr<detail::core> core_;
  detail::reader reader_;  ///< The few addresses that inlined reads need.
};

}  // namespace telar
