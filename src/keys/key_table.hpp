// keys/key_table.hpp: key → vertex, shared, lock-free and safe against kills.
//
// A split-ordered list (Shalev and Shavit, "Split-ordered lists: lock-free
// extensible hash tables", J. ACM 2006): one list of all records in the order
// of their reversed hashes, into which a growing array of buckets points.  No
// record ever moves, so growth loses nothing and stops nobody.
//
// A key is added in three steps, each a single store or an intent of its own:
//   1. its record, written but belonging to nobody, is linked by one CAS;
//   2. its memory is cut off the arena.  Until then slot::record names it, and
//      recovery looks whether it was linked;
//   3. it is numbered: key_ref(n) names it, n being vertex_count, then its
//      `vertex` is set, then vertex_count is raised.  Whoever finds one of
//      these steps done and not the next does the next.  Until the last, the
//      key is absent: its adder has not been told, and whoever asks for it next
//      finishes it.
//
// Where changes are told to a feed, step 3 is one intent, in a turn at the
// feed: nobody else numbers a key, or adds a vertex, meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "adjacency/blocks.hpp"
#include "adjacency/feed.hpp"
#include "keys/key.hpp"

namespace telar::detail {

class key_table {
 public:
  /// `wait`: how long who adds a key waits for the feed of changes.
  key_table(segment& memory, participants& who, blocks& space,
            const wait_options& wait);

  /// The key's vertex, which is added if it is new.  Throws `no_space`.
  vertex_id get_or_add(std::string_view bytes);

  /// The key's vertex, if it has one.
  [[nodiscard]] std::optional<vertex_id> find(std::string_view bytes) const;

  /// The key of a vertex.  Requires: v < vertex_count.
  [[nodiscard]] std::string_view of(vertex_id v) const;

  /// The word of the vertex's record that says whose key it is, and its value
  /// when that vertex is removed.
  [[nodiscard]] word64& removal_word(vertex_id v, std::uint64_t& removed) const;

  /// Finishes what a dead slot's owner was doing with a record.
  void finish(slot& dead);

  /// Address of a node.  Throws `corrupt` if it is none.
  [[nodiscard]] key_node& node(std::uint64_t number) const;
  [[nodiscard]] key_record& record(std::uint64_t number) const;
  /// The first node of the list.
  [[nodiscard]] std::uint64_t head() const;

 private:
  /// Where an order is, or would be, in the list.
  struct place {
    std::uint64_t before = 0;  ///< The node it follows.
    std::uint64_t after = 0;   ///< The node it precedes; 0: the end.
    std::uint64_t found = 0;   ///< The node itself; 0: absent.
  };

  [[nodiscard]] place search(std::uint64_t from, std::uint64_t order,
                             const key* wanted) const;
  [[nodiscard]] std::uint64_t most_nodes() const;
  [[nodiscard]] word64& whose(std::uint64_t number) const;
  [[nodiscard]] std::uint64_t bucket_of(std::uint64_t hash) const;
  [[nodiscard]] std::uint64_t nearest_bucket(std::uint64_t hash) const;
  std::uint64_t bucket(slot& me, std::uint64_t index);
  bool link(slot& me, std::uint64_t number, const place& where);
  std::uint64_t add_record(slot& me, const key& wanted);
  /// None: its vertex was removed.
  std::optional<vertex_id> number(std::uint64_t record_number);
  /// The same in a turn at the feed, which is told.
  std::optional<vertex_id> number_in_turn(slot& me, std::uint64_t number_of);
  /// The number that a record has; none: it has none yet, or was removed.
  [[nodiscard]] std::optional<vertex_id> numbered(const key_record& r) const;
  void finish_numbering(vertex_id n, std::uint64_t record_number);
  void grow_if_crowded();

  segment& memory_;
  participants& who_;
  blocks& space_;
  const wait_options& wait_;
  std::uint64_t seed_;
};

}  // namespace telar::detail
