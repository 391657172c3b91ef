// The append: lock, prepare out of sight, commit, apply, unlock.  The numbers
// are the steps of src/README.md.
#include "adjacency/append.hpp"

#include <algorithm>
#include <cstring>

#include "adjacency/scan.hpp"
#include "error/raise.hpp"
#include "participant/held_ends.hpp"

namespace telar::detail {
namespace {

/// Whether an adjacency can have `more` entries where it is.
inline bool has_room(std::uint64_t word, std::uint32_t more) {
  const std::uint32_t degree = degree_of(word);
  if (degree == 0) return false;
  // The largest block has one entry more than a degree can count.
  const std::uint64_t capacity = capacity_of(degree);
  return degree + more <= capacity - (capacity >> degree_bits);
}

/// What an edge is to the lists of its ends.  A template argument: how many
/// halves there are, and in which lists, is then a constant in the append.
struct edge_shape {
  std::uint32_t halves;   ///< Lists that it is appended to.
  std::uint32_t entries;  ///< To each of them.
  std::uint32_t lists;    ///< Bit i: half i is an in-adjacency.

  [[nodiscard]] constexpr std::uint32_t list(std::uint32_t half) const {
    return lists >> half & 1;
  }
};
constexpr edge_shape arc{1, 1, 0b00};
constexpr edge_shape arc_and_back{2, 1, 0b10};
constexpr edge_shape link{2, 1, 0b00};
/// One store for both ends of an undirected loop: an odd degree must not be
/// seen.
constexpr edge_shape loop{1, 2, 0b00};

template <edge_shape Shape>
half_pair halves_of(vertex_id source, vertex_id target) {
  const vertex_id last = Shape.halves == 2 ? target : source;
  return {{{source, Shape.list(0), target, Shape.entries},
           {last, Shape.list(1), source, Shape.entries}},
          Shape.halves};
}

}  // namespace

/// `word`: the block that has room, and how many entries there are before.
inline void appender::write_entries(const half& h, std::uint64_t word,
                                    const void* payload) {
  const std::uint32_t degree = degree_of(word);
  auto* targets = memory_.unit_at<vertex_id>(block_of(word));
  targets[degree] = h.entry;
  if (h.count == 2) targets[degree + 1] = h.entry;
  if (payload_size_ != 0) write_payloads(h, word, payload);
}

/// The same as `try_append` where more has to change than words: a block is
/// full, or this is the first change of a vertex, or of the edge counter, since
/// a snapshot was taken.
[[gnu::noinline]] appender::attempt appender::try_growing(
    const half_pair& edge, const void* payload, std::uint32_t epoch,
    std::uint32_t& position) {
  draft d = begin_draft(epoch);
  for (unsigned i = 0; i < edge.count; ++i) {
    const half& h = edge.halves[i];
    if (is_marked(h.v)) fail_removed(h.v);
    if (i == 0 || h.v != edge.halves[0].v) keep_version(d, h.v);
    std::uint64_t word = word_of(h.list, h.v);
    if (!has_room(word, h.count)) move_to_larger(d, h, word);
    if (!d.enough) continue;
    write_entries(h, word, payload);
    set_word(d, i, h.list, h.v, word + h.count);
  }
  if (!d.enough) return attempt::short_of_memory;
  count(d, 1);
  d.told = told_edge(change_kind::add_edge, edge.halves[0].v,
                     edge.halves[0].entry, payload);
  position = degree_of(d.next.words[0]) - edge.halves[0].count;
  return commit(d);
}

template <auto Shape>
[[gnu::always_inline]] inline appender::attempt appender::try_append(
    vertex_id source, vertex_id target, const void* payload,
    std::uint32_t& position) {
  const vertex_id last = Shape.halves == 2 ? target : source;
  const held_ends ends(memory_, locker_, source, last);
  const auto edge = [&] { return halves_of<Shape>(source, target); };
  if (forbid_ && find_parallel(edge(), position)) return attempt::refused;
  const std::uint64_t first = get(memory_.word(0, source));
  const std::uint64_t second =
      Shape.halves == 2 ? get(memory_.word(Shape.list(1), last)) : first;
  if constexpr (Shape.halves == 1 && Shape.entries == 1) require_target(target);
  if (!has_room(first, Shape.entries) || !has_room(second, Shape.entries) ||
      !changed_in(ends.epoch(), source, last)) [[unlikely]] {
    return try_growing(edge(), payload, ends.epoch(), position);
  }
  require_block(source, first);
  if constexpr (Shape.halves == 2) require_block(last, second);
  position = degree_of(first);
  if (feeds_) [[unlikely]] {
    return append_and_tell<Shape>(source, target, payload, ends.epoch())
               ? attempt::done
               : attempt::overtaken;
  }
  // 5: prepare.  Nothing that anybody reads is written.
  write_entries(edge().halves[0], first, payload);
  if constexpr (Shape.halves == 2) {
    write_entries(edge().halves[1], second, payload);
  }
  // 6: the rest of the intent, all of it absolute; then commit, 7: and apply.
  commit_and_apply(memory_, me_,
                   {.epoch = ends.epoch(),
                    .halves = Shape.halves,
                    .lists = Shape.lists,
                    .ends = std::uint64_t{last} << 32 | source,
                    .words = {first + Shape.entries, second + Shape.entries},
                    .edges = get(me_.edges) + 1});
  return attempt::done;
}

/// Steps 5 to 7 in a turn at the feed; false: it was overtaken.  The turn is
/// taken before the entries are written: the locked instruction would wait for
/// them, and they miss the cache.
template <auto Shape>
[[gnu::noinline]] bool appender::append_and_tell(vertex_id source,
                                                 vertex_id target,
                                                 const void* payload,
                                                 std::uint32_t epoch) {
  const vertex_id last = Shape.halves == 2 ? target : source;
  const half_pair edge = halves_of<Shape>(source, target);
  const feed_turn turn(memory_, locker_);
  const news told = told_edge(change_kind::add_edge, source, target, payload);
  if (!can_tell(turn, epoch, told)) return false;
  change made{.epoch = epoch,
              .halves = Shape.halves,
              .lists = Shape.lists,
              .ends = std::uint64_t{last} << 32 | source,
              .edges = get(me_.edges) + 1};
  for (unsigned i = 0; i < Shape.halves; ++i) {
    const half& h = edge.halves[i];
    const std::uint64_t word = get(memory_.word(h.list, h.v));
    write_entries(h, word, payload);
    made.words[i] = word + Shape.entries;
  }
  turn.tell(made, epoch, told);
  commit_and_apply(memory_, me_, made);
  return true;
}

template <auto Shape>
[[gnu::noinline]] bool appender::append_as(vertex_id source, vertex_id target,
                                           const void* payload,
                                           std::uint32_t& position) {
  attempt how{};
  do {
    how = try_append<Shape>(source, target, payload, position);
  } while (again(how));
  return how != attempt::refused;
}

bool appender::append(vertex_id source, vertex_id target, const void* payload,
                      std::uint32_t& position) {
  begin_change();
  switch (kind_) {
    case graph_kind::directed:
      return append_as<arc>(source, target, payload, position);
    case graph_kind::bidirectional:
      return append_as<arc_and_back>(source, target, payload, position);
    case graph_kind::undirected:
      break;
  }
  return source != target ? append_as<link>(source, target, payload, position)
                          : append_as<loop>(source, target, payload, position);
}

bool appender::find_parallel(const half_pair& edge,
                             std::uint32_t& position) const {
  const auto list = [&](const half& h) {
    return targets(word_of(h.list, h.v));
  };
  const auto first = list(edge.halves[0]);
  const auto second = list(edge.halves[1]);
  if (edge.count == 2 && second.size() < first.size() &&
      position_of(second, edge.halves[1].entry) < 0) {
    return false;
  }
  const std::int64_t found = position_of(first, edge.halves[0].entry);
  if (found < 0) return false;
  position = static_cast<std::uint32_t>(found);
  return true;
}

void appender::move_to_larger(draft& d, const half& h, std::uint64_t& word) {
  const std::uint32_t degree = degree_of(word);
  if (degree + h.count > max_degree) {
    raise(errc::no_space, memory_.name() + ": vertex " + std::to_string(h.v) +
                              " has " + std::to_string(degree) +
                              " neighbours, and cannot have more.");
  }
  const std::uint64_t block = take(d, class_of(degree + h.count));
  if (word != 0) retire(d, class_of(degree), block_of(word));
  if (!d.enough) return;
  if (degree != 0) {
    // In a damaged segment they may overlap.
    std::memmove(memory_.unit_at(block), memory_.unit_at(block_of(word)),
                 std::size_t{degree} * sizeof(vertex_id));
    std::memmove(payloads(block, degree + h.count),
                 payloads(block_of(word), degree),
                 std::size_t{degree} * payload_size_);
  }
  word = pack_word(block, degree);
}

void appender::write_payloads(const half& h, std::uint64_t word,
                              const void* payload) {
  const std::uint32_t degree = degree_of(word);
  std::byte* const all = payloads(block_of(word), degree + h.count);
  for (std::uint32_t i = 0; i < h.count; ++i) {
    std::byte* to = all + std::size_t{degree + i} * payload_size_;
    if (payload) {
      std::memcpy(to, payload, payload_size_);
    } else {
      std::memset(to, 0, payload_size_);
    }
  }
}

}  // namespace telar::detail
