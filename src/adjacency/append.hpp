// adjacency/append.hpp: the two-ended append, the change that the whole design
// is about.  src/README.md tells its protocol; the numbers in append.cpp are
// the steps there.
#pragma once

#include <cstdint>

#include "adjacency/blocks.hpp"
#include "participant/owner_lock.hpp"

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
class appender {
 public:
  appender(segment& memory, participants& who, blocks& space,
           const wait_options& wait)
      : memory_(memory),
        space_(space),
        me_(who.mine()),
        locker_{who, me_, who.index_of(me_) + 1, wait},
        first_unit_(memory.geometry().first_unit()),
        unit_count_(memory.geometry().unit_count()),
        payload_size_(memory.what().payload_size),
        entry_bytes_(sizeof(vertex_id) + payload_size_),
        kind_(static_cast<graph_kind>(memory.what().kind)),
        forbid_(memory.what().parallel ==
                static_cast<std::uint32_t>(parallel_edges::forbid)) {}

  /// Appends source–target with its payload (null: zero bytes), unless that is
  /// a parallel edge where they are forbidden: then returns false.  `position`:
  /// of the edge in the list of the first half.
  /// Requires: both are below vertex_count.
  /// Throws `no_space`, `timed_out`, `busy`; nothing has changed then.
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
  enum class attempt { added, grown, present, short_of_memory };

  template <auto Shape>
  bool append_as(vertex_id source, vertex_id target, const void* payload,
                 std::uint32_t& position);
  template <auto Shape>
  attempt try_append(vertex_id source, vertex_id target, const void* payload,
                     std::uint32_t& position);
  attempt try_growing(const half_pair& edge, const void* payload,
                      std::uint32_t epoch, std::uint32_t& position);
  [[nodiscard]] bool find_parallel(const half_pair& edge,
                                   std::uint32_t& position) const;
  bool move_to_larger(const half& h, std::uint64_t& word, block_plan& plan);
  void write_entries(const half& h, std::uint64_t word, const void* payload);
  void write_payloads(const half& h, std::uint64_t word, const void* payload);
  void require_block(vertex_id v, std::uint64_t word) const;
  void begin_change();
  void prefetch_tail(const word64& word) const {
    const std::uint64_t now = get(word);
    __builtin_prefetch(memory_.unit_at(block_of(now)) +
                           std::size_t{degree_of(now)} * sizeof(vertex_id),
                       1);
  }

  segment& memory_;
  blocks& space_;
  slot& me_;
  locker locker_;
  std::uint64_t first_unit_;
  std::uint64_t unit_count_;
  std::uint32_t payload_size_;
  std::uint32_t entry_bytes_;
  graph_kind kind_;
  bool forbid_;

  unsigned retired_ = 0;  ///< By the last attempt that returned `grown`.
  shortage lacking_;      ///< Of the last one that was short of memory.
};

}  // namespace telar::detail
