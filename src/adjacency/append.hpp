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
        kind_(static_cast<graph_kind>(memory.what().kind)),
        forbid_(memory.what().parallel ==
                static_cast<std::uint32_t>(parallel_edges::forbid)) {}

  /// Appends source–target with its payload (null: zero bytes), unless that is
  /// a parallel edge where they are forbidden: then returns false.  `position`:
  /// of the edge in the list of the first half.
  /// Requires: both are below vertex_count.
  /// Throws `no_space`, `timed_out`, `busy`; nothing has changed then.
  /// If the process is killed inside: see the head of this file.
  bool append(vertex_id source, vertex_id target, const void* payload,
              std::uint32_t& position);

  /// Fetches what `append` will touch first, and second.
  void prefetch_headers(vertex_id source, vertex_id target) const;
  void prefetch_tails(vertex_id source, vertex_id target) const;

 private:
  enum class attempt { added, present, short_of_memory };

  bool append_halves(const half_pair& edge, const void* payload,
                     std::uint32_t& position);
  attempt try_append(const half_pair& edge, const void* payload,
                     std::uint32_t& position, unsigned& retired,
                     shortage& lacking);
  attempt try_growing(const half_pair& edge, const void* payload,
                      std::uint64_t (&words)[2], std::uint32_t epoch,
                      std::uint32_t& position, unsigned& retired,
                      shortage& lacking);
  void commit(const half_pair& edge, const std::uint64_t (&words)[2],
              std::uint32_t epoch);
  [[nodiscard]] bool find_parallel(const half_pair& edge,
                                   std::uint32_t& position) const;
  bool move_to_larger(const half& h, std::uint64_t& word, block_plan& plan,
                      shortage& needs);
  void write_entries(const half& h, std::uint64_t word, const void* payload);
  void write_payloads(const half& h, std::uint64_t word, const void* payload);
  void require_room(const half& h, std::uint64_t word) const;
  void begin_change();

  segment& memory_;
  blocks& space_;
  slot& me_;
  locker locker_;
  std::uint64_t first_unit_;
  std::uint64_t unit_count_;
  std::uint32_t payload_size_;
  graph_kind kind_;
  bool forbid_;
};

}  // namespace telar::detail
