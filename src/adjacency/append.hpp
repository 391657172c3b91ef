// adjacency/append.hpp: the two-ended append, the change that the whole design
// is about.  src/README.md tells its protocol; the numbers in append.cpp are
// the steps there.
#pragma once

#include <cstdint>

#include "adjacency/editor.hpp"

namespace telar::detail {

/// One list that an edge is appended to: `count` entries `entry` (2 for the
/// loop of an undirected graph) in list `list` of vertex `v`.
struct half {
  vertex_id v = 0;
  std::uint32_t list = 0;  ///< 0 out, 1 in.
  vertex_id entry = 0;
  std::uint32_t count = 1;
};

/// An edge as the one or two lists it is appended to; what the graph's kind
/// makes of it.
struct half_pair {
  half halves[2];
  std::uint32_t count = 1;
};

/// Appends edges on behalf of one participant.
class appender : public editor {
 public:
  appender(segment& memory, participants& who, blocks& space,
           const wait_options& wait)
      : editor(memory, who, space, wait),
        forbid_(memory.what().parallel ==
                static_cast<std::uint32_t>(parallel_edges::forbid)),
        feeds_(memory.feeds()) {}

  /// Appends source–target with its payload (null: zero bytes), unless that is
  /// a parallel edge where they are forbidden: then returns false.  `position`:
  /// of the edge in the list of the first half.
  /// Requires: both are below vertex_count.
  /// Throws `no_space`, `timed_out`, `busy`, and `bad_argument` for a vertex
  /// that was removed; nothing has changed then.
  /// If the process is killed inside: the edge is whole, or absent.
  bool append(vertex_id source, vertex_id target, const void* payload,
              std::uint32_t& position);

  /// Fetches what `append` will touch first.
  void prefetch_headers(vertex_id source, vertex_id target) const {
    __builtin_prefetch(memory_.vertices() + source, 1);
    if (kind_ != graph_kind::directed) {
      __builtin_prefetch(memory_.vertices() + target, 1);
    }
    if (kind_ == graph_kind::bidirectional) {
      __builtin_prefetch(memory_.in_words() + target, 1);
    }
  }
  /// Fetches what it will touch next.  Reads words that others may be changing:
  /// a hint that is wrong costs nothing.
  void prefetch_tails(vertex_id source, vertex_id target) const {
    prefetch_tail(memory_.vertices()[source].word);
    if (kind_ == graph_kind::undirected) {
      prefetch_tail(memory_.vertices()[target].word);
    } else if (kind_ == graph_kind::bidirectional) {
      prefetch_tail(memory_.in_words()[target]);
    }
  }

 private:
  template <auto Shape>
  bool append_as(vertex_id source, vertex_id target, const void* payload,
                 std::uint32_t& position);
  template <auto Shape>
  attempt try_append(vertex_id source, vertex_id target, const void* payload,
                     std::uint32_t& position);
  template <auto Shape>
  bool append_and_tell(vertex_id source, vertex_id target, const void* payload,
                       std::uint32_t epoch);
  attempt try_growing(const half_pair& edge, const void* payload,
                      std::uint32_t epoch, std::uint32_t& position);
  [[nodiscard]] bool find_parallel(const half_pair& edge,
                                   std::uint32_t& position) const;
  void move_to_larger(draft& d, const half& h, std::uint64_t& word);
  void write_entries(const half& h, std::uint64_t word, const void* payload);
  void write_payloads(const half& h, std::uint64_t word, const void* payload);
  /// Whether nothing has to be kept for snapshots: the vertices and the edge
  /// counter have changed in this epoch.  A marked vertex never has.
  [[nodiscard]] bool changed_in(std::uint32_t epoch, vertex_id a,
                                vertex_id b) const {
    const vertex_header* const all = memory_.vertices();
    return get(all[a].epoch) == epoch && get(all[b].epoch) == epoch &&
           get(me_.edges_epoch) == epoch;
  }
  /// Of a directed edge, whose target is not locked.  Whoever removes it marks
  /// it, and then looks for those who hold a source: see remove_in_edges().
  void require_target(vertex_id target) const {
    if (get(memory_.clocks().removals) != 0 && is_marked(target)) [[unlikely]] {
      fail_removed(target);
    }
  }
  void prefetch_tail(const word64& word) const {
    const std::uint64_t now = get(word);
    __builtin_prefetch(memory_.unit_at(block_of(now)) +
                           std::size_t{degree_of(now)} * sizeof(vertex_id),
                       1);
  }

  bool forbid_;
  bool feeds_;  ///< Changes are told.
};

}  // namespace telar::detail
