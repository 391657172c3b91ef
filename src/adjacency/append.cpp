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

[[noreturn, gnu::cold]] void fail_damaged(const segment& memory, vertex_id v) {
  raise(errc::corrupt, memory.name() + ": the adjacency of vertex " +
                           std::to_string(v) + " is damaged (I1).");
}

[[noreturn, gnu::cold]] void fail_nested(const segment& memory) {
  raise(errc::busy, memory.name() +
                        ": a change began inside another one of the same "
                        "thread (from a signal handler?).");
}

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

inline void appender::begin_change() {
  if (get(me_.intent.state) != phase_idle) [[unlikely]] {
    fail_nested(memory_);
  }
  const std::uint64_t pin = get(me_.pin);
  if (pin != 0 && pin != get(memory_.clocks().grace)) {
    me_.pin.store(0, std::memory_order_release);
  }
}

/// Throws unless the word, which is not 0, has entries, in a block inside the
/// extents: a damaged one must not let us write elsewhere (I1).
inline void appender::require_block(vertex_id v, std::uint64_t word) const {
  const std::uint64_t bytes = capacity_of(degree_of(word)) * entry_bytes_;
  const std::uint64_t into = block_of(word) - first_unit_;
  if (bytes == 0 || into >= unit_count_ || bytes > (unit_count_ - into) * unit)
      [[unlikely]] {
    fail_damaged(memory_, v);
  }
}

/// `word`: the block that has room, and how many entries there are before.
inline void appender::write_entries(const half& h, std::uint64_t word,
                                    const void* payload) {
  const std::uint32_t degree = degree_of(word);
  auto* targets = memory_.unit_at<vertex_id>(block_of(word));
  targets[degree] = h.entry;
  if (h.count == 2) targets[degree + 1] = h.entry;
  if (payload_size_ != 0) write_payloads(h, word, payload);
}

/// The same as `try_append` where a block is full, or there is none yet.
[[gnu::noinline]] appender::attempt appender::try_growing(
    const half_pair& edge, const void* payload, std::uint32_t epoch,
    std::uint32_t& position) {
  block_plan plan(memory_, me_, space_.sizes());
  change next{.epoch = epoch,
              .halves = edge.count,
              .lists = edge.halves[1].list << 1,
              .ends = get(me_.intent.ends),
              .edges = get(me_.edges) + 1};
  lacking_ = {};
  bool enough = true;
  for (unsigned i = 0; i < edge.count; ++i) {
    const half& h = edge.halves[i];
    std::uint64_t word = get(memory_.word(h.list, h.v));
    if (word != 0) require_block(h.v, word);
    if (!has_room(word, h.count)) enough &= move_to_larger(h, word, plan);
    if (!enough) continue;
    write_entries(h, word, payload);
    next.words[i] = word + h.count;
  }
  if (!enough) return attempt::short_of_memory;
  next.stores = plan.record();
  position = degree_of(next.words[0]) - edge.halves[0].count;
  commit_and_apply(memory_, me_, next);
  retired_ = plan.retired();
  return attempt::grown;
}

template <auto Shape>
[[gnu::always_inline]] inline appender::attempt appender::try_append(
    vertex_id source, vertex_id target, const void* payload,
    std::uint32_t& position) {
  const vertex_id last = Shape.halves == 2 ? target : source;
  const held_ends ends(memory_, locker_, source, last);
  const auto edge = [&] { return halves_of<Shape>(source, target); };
  if (forbid_ && find_parallel(edge(), position)) return attempt::present;
  const std::uint64_t first = get(memory_.word(0, source));
  const std::uint64_t second =
      Shape.halves == 2 ? get(memory_.word(Shape.list(1), last)) : first;
  if (!has_room(first, Shape.entries) || !has_room(second, Shape.entries)) {
    return try_growing(edge(), payload, ends.epoch(), position);
  }
  // 5: prepare.  Nothing that anybody reads is written.
  require_block(source, first);
  if (Shape.halves == 2) require_block(last, second);
  write_entries(edge().halves[0], first, payload);
  if (Shape.halves == 2) write_entries(edge().halves[1], second, payload);
  position = degree_of(first);
  // 6: the rest of the intent, all of it absolute; then commit, 7: and apply.
  commit_and_apply(memory_, me_,
                   {.epoch = ends.epoch(),
                    .halves = Shape.halves,
                    .lists = Shape.lists,
                    .ends = std::uint64_t{last} << 32 | source,
                    .words = {first + Shape.entries, second + Shape.entries},
                    .edges = get(me_.edges) + 1});
  return attempt::added;
}

template <auto Shape>
[[gnu::noinline]] bool appender::append_as(vertex_id source, vertex_id target,
                                           const void* payload,
                                           std::uint32_t& position) {
  for (;;) {
    switch (try_append<Shape>(source, target, payload, position)) {
      case attempt::added:
        return true;
      case attempt::grown:
        if (retired_ != 0) space_.retired(me_, retired_);
        return true;
      case attempt::present:
        return false;
      case attempt::short_of_memory: {
        const inside_change now(me_);
        // Our own reading ends with this change; let it not hold blocks back.
        me_.pin.store(0, std::memory_order_release);
        space_.refill(me_, lacking_);
      }
    }
  }
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
    const std::uint64_t word = get(memory_.word(h.list, h.v));
    if (word != 0) require_block(h.v, word);
    return std::span<const vertex_id>(
        memory_.unit_at<const vertex_id>(block_of(word)), degree_of(word));
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

bool appender::move_to_larger(const half& h, std::uint64_t& word,
                              block_plan& plan) {
  const std::uint32_t degree = degree_of(word);
  if (degree + h.count > max_degree) {
    raise(errc::no_space, memory_.name() + ": vertex " + std::to_string(h.v) +
                              " has " + std::to_string(degree) +
                              " neighbours, and cannot have more.");
  }
  const unsigned wanted = class_of(degree + h.count);
  lacking_.blocks[lacking_.block_count++] = wanted;
  const std::uint64_t block = plan.take(wanted);
  bool listed = true;
  if (word != 0) {
    const unsigned old_class = class_of(degree);
    listed = plan.retire(old_class, block_of(word));
    if (!listed) lacking_.bags[lacking_.bag_count++] = old_class;
  }
  if (block == 0 || !listed) return false;
  const auto* from = memory_.unit_at<const std::byte>(block_of(word));
  auto* to = memory_.unit_at<std::byte>(block);
  if (degree != 0) {
    std::memcpy(to, from, std::size_t{degree} * sizeof(vertex_id));
    std::memcpy(to + capacity_of(degree + h.count) * sizeof(vertex_id),
                from + capacity_of(degree) * sizeof(vertex_id),
                std::size_t{degree} * payload_size_);
  }
  word = pack_word(block, degree);
  return true;
}

void appender::write_payloads(const half& h, std::uint64_t word,
                              const void* payload) {
  const std::uint32_t degree = degree_of(word);
  auto* payloads = memory_.unit_at(block_of(word)) +
                   capacity_of(degree + h.count) * sizeof(vertex_id);
  for (std::uint32_t i = 0; i < h.count; ++i) {
    std::byte* to = payloads + std::size_t{degree + i} * payload_size_;
    if (payload) {
      std::memcpy(to, payload, payload_size_);
    } else {
      std::memset(to, 0, payload_size_);
    }
  }
}

}  // namespace telar::detail
