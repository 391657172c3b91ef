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

/// How many entries an adjacency of this degree can have where it is.
std::uint64_t room_of(std::uint32_t degree) {
  return std::min<std::uint64_t>(capacity_of(degree), max_degree);
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

/// Throws unless the word leads to a block inside the extents: a damaged one
/// must not let us write elsewhere (I1).
inline void appender::require_room(const half& h, std::uint64_t word) const {
  if (word == 0) return;
  const std::uint64_t into = block_of(word) - first_unit_;
  const std::uint64_t units = space_.sizes()[class_of(degree_of(word))];
  if (into >= unit_count_ || units > unit_count_ - into || degree_of(word) == 0)
      [[unlikely]] {
    fail_damaged(memory_, h.v);
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

/// 6: the rest of the intent, all of it absolute; then commit, 7: and apply.
inline void appender::commit(const half_pair& edge,
                             const std::uint64_t (&words)[2],
                             std::uint32_t epoch) {
  intent& next = me_.intent;
  set(next.words[0], words[0]);
  if (edge.count == 2) set(next.words[1], words[1]);
  set(next.halves, edge.count);
  set(next.lists, edge.halves[1].list << 1);
  commit_and_apply(memory_, me_, epoch);
}

/// The same where a block is full, or there is none yet.
[[gnu::noinline]] appender::attempt appender::try_growing(
    const half_pair& edge, const void* payload, std::uint64_t (&words)[2],
    std::uint32_t epoch, std::uint32_t& position, unsigned& retired,
    shortage& lacking) {
  block_plan plan(memory_, me_, space_.sizes());
  bool enough = true;
  for (unsigned i = 0; i < edge.count; ++i) {
    const half& h = edge.halves[i];
    const std::uint32_t degree = degree_of(words[i]);
    require_room(h, words[i]);
    if (degree + h.count > room_of(degree) &&
        !move_to_larger(h, words[i], plan, lacking)) {
      enough = false;
    }
    if (!enough) continue;
    write_entries(h, words[i], payload);
    words[i] += h.count;
  }
  if (!enough) return attempt::short_of_memory;
  plan.record(get(me_.edges) + 1);
  commit(edge, words, epoch);
  position = degree_of(words[0]) - edge.halves[0].count;
  retired = plan.retired();
  return attempt::added;
}

// Inlined into each shape of an edge that append() knows, so that how many
// halves there are, and in which lists, is a constant there: 8 % fewer
// instructions an edge (705 to 650, counted with callgrind at scale 12).
[[gnu::always_inline]] inline appender::attempt appender::try_append(
    const half_pair& edge, const void* payload, std::uint32_t& position,
    unsigned& retired, shortage& lacking) {
  const held_ends ends(memory_, locker_, edge.halves[0].v, edge.halves[1].v);
  if (forbid_ && find_parallel(edge, position)) return attempt::present;
  std::uint64_t words[2];
  bool roomy = true;
  for (unsigned i = 0; i < edge.count; ++i) {
    const half& h = edge.halves[i];
    words[i] = get(memory_.word(h.list, h.v));
    const std::uint32_t degree = degree_of(words[i]);
    roomy = roomy && degree + h.count <= room_of(degree);
  }
  if (!roomy) {
    return try_growing(edge, payload, words, ends.epoch(), position, retired,
                       lacking);
  }
  // 5: prepare.  Nothing that anybody reads is written.
  for (unsigned i = 0; i < edge.count; ++i) {
    require_room(edge.halves[i], words[i]);
    write_entries(edge.halves[i], words[i], payload);
    words[i] += edge.halves[i].count;
  }
  set(me_.intent.stores, 0);
  set(me_.intent.edges, get(me_.edges) + 1);
  commit(edge, words, ends.epoch());
  position = degree_of(words[0]) - edge.halves[0].count;
  return attempt::added;
}

[[gnu::always_inline]] inline bool appender::append_halves(
    const half_pair& edge, const void* payload, std::uint32_t& position) {
  for (;;) {
    unsigned retired = 0;
    shortage lacking;
    switch (try_append(edge, payload, position, retired, lacking)) {
      case attempt::added:
        if (retired != 0) space_.retired(me_, retired);
        return true;
      case attempt::present:
        return false;
      case attempt::short_of_memory: {
        const inside_change now(me_);
        // Our own reading ends with this change; let it not hold blocks back.
        me_.pin.store(0, std::memory_order_release);
        space_.refill(me_, lacking);
      }
    }
  }
}

bool appender::append(vertex_id source, vertex_id target, const void* payload,
                      std::uint32_t& position) {
  begin_change();
  switch (kind_) {
    case graph_kind::directed:
      return append_halves(
          {{{source, 0, target, 1}, {source, 0, target, 1}}, 1}, payload,
          position);
    case graph_kind::bidirectional:
      return append_halves(
          {{{source, 0, target, 1}, {target, 1, source, 1}}, 2}, payload,
          position);
    case graph_kind::undirected:
      break;
  }
  if (source != target) {
    return append_halves({{{source, 0, target, 1}, {target, 0, source, 1}}, 2},
                         payload, position);
  }
  // One store for both ends of a loop: an odd degree must not be seen.
  return append_halves({{{source, 0, source, 2}, {source, 0, source, 2}}, 1},
                       payload, position);
}

bool appender::find_parallel(const half_pair& edge,
                             std::uint32_t& position) const {
  const auto list = [&](const half& h) {
    const std::uint64_t word = get(memory_.word(h.list, h.v));
    require_room(h, word);
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
                              block_plan& plan, shortage& needs) {
  const std::uint32_t degree = degree_of(word);
  if (degree + h.count > max_degree) {
    raise(errc::no_space, memory_.name() + ": vertex " + std::to_string(h.v) +
                              " has " + std::to_string(degree) +
                              " neighbours, and cannot have more.");
  }
  const unsigned wanted = class_of(degree + h.count);
  needs.blocks[needs.block_count++] = wanted;
  const std::uint64_t block = plan.take(wanted);
  bool listed = true;
  if (word != 0) {
    const unsigned old_class = class_of(degree);
    listed = plan.retire(old_class, block_of(word));
    if (!listed) needs.bags[needs.bag_count++] = old_class;
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

void appender::prefetch_headers(vertex_id source, vertex_id target) const {
  __builtin_prefetch(memory_.vertices() + source, 1);
  if (kind_ != graph_kind::directed) {
    __builtin_prefetch(memory_.vertices() + target, 1);
  }
  if (kind_ == graph_kind::bidirectional) {
    __builtin_prefetch(memory_.in_words() + target, 1);
  }
}

void appender::prefetch_tails(vertex_id source, vertex_id target) const {
  const auto fetch = [&](std::uint64_t word) {
    __builtin_prefetch(memory_.unit_at(block_of(word)) +
                           std::size_t{degree_of(word)} * sizeof(vertex_id),
                       1);
  };
  // Words that others may be changing: a hint that is wrong costs nothing.
  fetch(get(memory_.vertices()[source].word));
  if (kind_ == graph_kind::undirected) {
    fetch(get(memory_.vertices()[target].word));
  } else if (kind_ == graph_kind::bidirectional) {
    fetch(get(memory_.in_words()[target]));
  }
}

}  // namespace telar::detail
