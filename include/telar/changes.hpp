// telar/changes.hpp: what is changed in a graph, told in order to those who
// follow it.
//
//   auto g = telar::graph::create("roads", {.changes = 1 << 20});
//
//   auto [start, feed] = g.follow();      // any process that has it open
//   my_copy copy(start);                  // a snapshot; those whose removal has
//                                         // begun: start.removal_had_begun(v)
//   for (telar::change c;;) {
//     switch (feed.next(c)) {
//       case telar::feed_outcome::change:  copy.apply(c);  break;
//       case telar::feed_outcome::nothing: wait_a_little();  break;
//       case telar::feed_outcome::behind:  return start_over();  // follow()
//     }
//   }
//
// Changes are numbered from 1.  Each that was made is told once, those of each
// vertex in the order in which they were made, and so those of each participant
// in its own.  One that a killed process had committed is told when it is
// repaired; one that it had not is not.  So whoever does the same to a copy
// has, for each vertex, the same adjacency in the same order:
//
//   add_vertices     Let there be `vertex + count` vertices at least; new ones
//                    are isolated.  With keys, `count` is 1, and that is its
//                    key.  (After `follow`, some may be in the snapshot already.)
//   reuse_vertex     The removed `vertex` is there again, isolated.
//   remove_vertex    It is removed: it gets no more edges, and its key names
//                    nothing.  Those edges that it has go one by one.
//   clear_out_edges  All edges out of `vertex` go, at once (directed graphs).
//   add_edge         Append source–target, with its payload.
//   remove_edge      Remove the `rank`-th edge source–target (source→target), in
//                    the order of the source's adjacency, counted from 0;
//                    `last_of_pair`: the last.  There is none where a copy loses
//                    the edges of a vertex with it, as `snapshot::clone` does.
//   set_payload      Give that edge this payload.
//
// `graph::follow` costs, and throws, what `graph::snapshot` does.  The other
// way in is `graph::changes(since)`: all after the one of that number, 0 being
// before the first; `graph::last_change()` is the number of the last, or 0.
// These two are concurrent, wait-free and O(1).  All three throw `bad_argument`
// where `graph_options::changes` was 0; `changes` also where there have not been
// as many.
//
// A graph remembers as many changes as it was made for, at least.  No follower
// holds anybody back: one that is too slow is told that it fell behind.  A change
// is told just before it is seen in the graph, where it is when its call returns.
// Nothing is told of columns, nor of how memory is used.  Copies have no feed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include <telar/detail/reader.hpp>
#include <telar/graph.hpp>
#include <telar/snapshot.hpp>
#include <telar/types.hpp>

namespace telar {

/// One change.  Values, but for `key`, which lives as long as the graph's
/// handle or the feed.
struct change {
  std::uint64_t number = 0;
  change_kind kind{};
  std::uint32_t process = 0;  ///< The pid of who made it, in its own namespace.

  // Of vertices:
  vertex_id vertex = no_vertex;
  std::uint32_t count = 0;
  std::string_view key;          ///< Where keys are strings.
  std::uint64_t key_number = 0;  ///< Where they are numbers.

  // Of an edge:
  vertex_id source = no_vertex;
  vertex_id target = no_vertex;
  std::uint32_t rank = 0;  ///< Which of those; or `last_of_pair`.
  std::vector<std::byte> payload_bytes;
  std::uint64_t payload_fingerprint = 0;  ///< Of its type.

  /// The payload of an edge added, or set.  Throws `bad_argument` for another
  /// type than the graph's, and if there is none.
  template <typename T>
  [[nodiscard]] T payload() const {
    T value;
    copy_payload(&value, payload_type::of<T>());
    return value;
  }

 private:
  void copy_payload(void* to, const payload_type& wanted) const;
};

/// What `change_feed::next` found.
enum class feed_outcome {
  change,   ///< The next change.
  nothing,  ///< It has not been made yet: ask later.
  behind,   ///< It is not remembered any more: begin anew, with a snapshot.
};

/// A follower's place in the feed: of one thread at a time.  It is no
/// participant, and holds no memory back.
class change_feed {
 public:
  /// The next change, if there is one.  Having fallen behind, it stays so.
  /// Throws `corrupt` if what is told cannot be.
  /// Complexity: O(1); the first after `follow` passes over those that the
  /// snapshot has.  Concurrency: exclusive; concurrent with all changes.
  [[nodiscard]] feed_outcome next(change& into);

  /// The number of the last change that it has passed: what `graph::changes`
  /// takes to go on from here.
  [[nodiscard]] std::uint64_t last() const noexcept { return last_; }

 private:
  friend class graph;
  change_feed(std::shared_ptr<detail::core> core, std::uint64_t since,
              std::uint32_t epoch);
  /// Copies the entry of a number.
  feed_outcome read(std::uint64_t number);
  [[nodiscard]] bool in_snapshot() const;
  void explain(change& into) const;
  void explain_vertices(change& into, std::uint64_t ends) const;
  [[noreturn]] void fail_damaged(std::uint64_t number) const;

  std::shared_ptr<detail::core> core_;
  std::uint64_t last_;
  std::uint32_t epoch_;               ///< Of the snapshot; 0: there is none.
  std::vector<std::uint64_t> words_;  ///< Of the entry that was read.
};

/// A graph as it was, and what has changed since.
struct following {
  snapshot start;
  change_feed changes;
};

}  // namespace telar
