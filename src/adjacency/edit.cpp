// Removing edges, and changing what they carry.
#include "adjacency/edit.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "adjacency/scan.hpp"
#include "error/raise.hpp"

namespace telar::detail {
namespace {

/// How often `wanted` is among these.
std::uint32_t times(std::span<const vertex_id> all, vertex_id wanted) {
  return static_cast<std::uint32_t>(std::count(all.begin(), all.end(), wanted));
}

/// The position of the `rank`-th `wanted`, or -1.
std::int64_t ranked(std::span<const vertex_id> all, vertex_id wanted,
                    std::uint32_t rank) {
  std::size_t from = 0;
  for (;;) {
    const std::int64_t found = position_of(all.subspan(from), wanted);
    if (found < 0) return -1;
    if (rank-- == 0) return static_cast<std::int64_t>(from) + found;
    from += static_cast<std::size_t>(found) + 1;
  }
}

/// Copies an array but for `count` elements from `first` on.
void copy_without(std::byte* to, const std::byte* from, std::size_t all,
                  std::size_t first, std::size_t count, std::size_t size) {
  std::memmove(to, from, first * size);
  std::memmove(to + first * size, from + (first + count) * size,
               (all - first - count) * size);
}

}  // namespace

// ---- Finding

/// The edge whose entry this is.  Throws `corrupt` if its other end does not
/// know it.
edge_place edge_editor::place_at(vertex_id source, vertex_id target,
                                 std::uint32_t position) const {
  edge_place made{{{source, 0, position, 1}, {}}, 1};
  if (kind_ == graph_kind::directed) return made;
  const auto here = targets(word_of(0, source));
  const std::uint32_t rank = times(here.first(position), target);
  if (kind_ == graph_kind::undirected && source == target) {
    made.entries[0].count = 2;
    if (rank % 2 != 0) --made.entries[0].first;
    const std::uint32_t first = made.entries[0].first;
    if (first + 1 >= here.size() || here[first] != source ||
        here[first + 1] != source) {
      fail_unpaired(source, target);
    }
    return made;
  }
  const std::uint32_t list = other_list(0);
  const std::int64_t there =
      ranked(targets(word_of(list, target)), source, rank);
  if (there < 0) fail_unpaired(source, target);
  made.entries[1] = {target, list, static_cast<std::uint32_t>(there), 1};
  made.count = 2;
  return made;
}

std::optional<edge_place> edge_editor::find_first(const edge& which) const {
  const auto here = targets(word_of(0, which.source));
  std::optional<std::span<const vertex_id>> there;
  if (kind_ != graph_kind::directed) {
    there = targets(word_of(other_list(0), which.target));
  }
  const auto found = first_edge(which.source, which.target, here, there);
  if (!found) return std::nullopt;
  return place_at(which.source, which.target, found->position);
}

std::optional<edge_place> edge_editor::find_at(const edge& which) const {
  const auto here = targets(word_of(0, which.source));
  if (which.position >= here.size() || here[which.position] != which.target) {
    return std::nullopt;
  }
  return place_at(which.source, which.target, which.position);
}

bool edge_editor::repeat(const edge& which, finder find, rewriter rewrite,
                         const void* payload) {
  begin_change();
  attempt how{};
  do {
    const vertex_id last =
        kind_ == graph_kind::directed ? which.source : which.target;
    const held_ends ends(memory_, locker_, which.source, last);
    const auto found = (this->*find)(which);
    how = found ? (this->*rewrite)(*found, payload, ends.epoch())
                : attempt::refused;
  } while (again(how));
  return how != attempt::refused;
}

// ---- Changing

/// Which of its pair an edge is costs a look at all before it, so that of one
/// known to be the last is not counted.
news edge_editor::told_of(const edge_place& where, change_kind kind,
                          const void* payload) const {
  if (!memory_.feeds()) return {};
  const edge_place::entry& e = where.entries[0];
  const auto all = targets(word_of(e.list, e.v));
  const vertex_id other = all[e.first];
  std::uint32_t rank = last_of_pair;
  if (!where.last) rank = times(all.first(e.first), other) / e.count;
  return e.list == 0 ? told_edge(kind, e.v, other, payload, rank)
                     : told_edge(kind, other, e.v, payload, rank);
}

/// The half without the edge's entries.
void edge_editor::shorten(draft& d, std::uint32_t half,
                          const edge_place::entry& e) {
  const std::uint64_t word = word_of(e.list, e.v);
  const std::uint32_t degree = degree_of(word);
  const std::uint32_t left = degree - e.count;
  std::uint64_t made = 0;
  if (is_marked(e.v) && e.first == left && left != 0 &&
      class_of(left) == class_of(degree)) {
    // Nothing is appended to a marked vertex: its last entries can just end.
    return set_word(d, half, e.list, e.v, word - e.count);
  }
  if (left != 0) made = take(d, class_of(left));
  retire(d, class_of(degree), block_of(word));
  if (!d.enough) return;
  if (left != 0) {
    copy_without(memory_.unit_at(made), memory_.unit_at(block_of(word)), degree,
                 e.first, e.count, sizeof(vertex_id));
    copy_without(payloads(made, left), payloads(block_of(word), degree), degree,
                 e.first, e.count, payload_size_);
  }
  set_word(d, half, e.list, e.v, left == 0 ? 0 : pack_word(made, left));
}

edge_editor::attempt edge_editor::erase(const edge_place& where, const void*,
                                        std::uint32_t epoch) {
  draft d = begin_draft(epoch);
  for (std::uint32_t i = 0; i < where.count; ++i) {
    const edge_place::entry& e = where.entries[i];
    if (i == 0 || e.v != where.entries[0].v) keep_version(d, e.v);
    shorten(d, i, e);
  }
  if (!d.enough) return attempt::short_of_memory;
  count(d, -1);
  d.told = told_of(where, change_kind::remove_edge, nullptr);
  return commit(d);
}

edge_editor::attempt edge_editor::replace(const edge_place& where,
                                          const void* payload,
                                          std::uint32_t epoch) {
  draft d = begin_draft(epoch);
  for (std::uint32_t i = 0; i < where.count; ++i) {
    const edge_place::entry& e = where.entries[i];
    if (i == 0 || e.v != where.entries[0].v) keep_version(d, e.v);
    const std::uint64_t word = word_of(e.list, e.v);
    const std::uint32_t degree = degree_of(word);
    const std::uint64_t made = take(d, class_of(degree));
    retire(d, class_of(degree), block_of(word));
    if (!d.enough) continue;
    std::memmove(memory_.unit_at(made), memory_.unit_at(block_of(word)),
                 degree * sizeof(vertex_id));
    std::byte* const all = payloads(made, degree);
    std::memmove(all, payloads(block_of(word), degree),
                 std::size_t{degree} * payload_size_);
    for (std::uint32_t k = 0; k < e.count; ++k) {
      std::memcpy(all + std::size_t{e.first + k} * payload_size_, payload,
                  payload_size_);
    }
    set_word(d, i, e.list, e.v, pack_word(made, degree));
  }
  d.told = told_of(where, change_kind::set_payload, payload);
  return commit(d);
}

/// As absolute stores of the words that the payloads lie in: nobody else writes
/// what is beside them, since this block's vertex is held.
edge_editor::attempt edge_editor::overwrite(const edge_place& where,
                                            const void* payload,
                                            std::uint32_t epoch) {
  draft d = begin_draft(epoch);
  word64* last = nullptr;
  std::uint64_t value = 0;
  for (std::uint32_t i = 0; i < where.count; ++i) {
    const edge_place::entry& e = where.entries[i];
    const std::uint64_t word = word_of(e.list, e.v);
    std::byte* const all = payloads(block_of(word), degree_of(word));
    for (std::uint32_t k = 0; k < e.count; ++k) {
      const std::size_t at = std::size_t{e.first + k} * payload_size_;
      auto* const whole = reinterpret_cast<word64*>(all + at / 8 * 8);
      // The other entry of a loop may lie in the same word.
      if (std::exchange(last, whole) != whole) value = get(*whole);
      std::memcpy(reinterpret_cast<std::byte*>(&value) + at % 8, payload,
                  payload_size_);
      d.plan.store(*whole, value);
    }
  }
  d.told = told_of(where, change_kind::set_payload, payload);
  return commit(d);
}

/// With both ends held; `found`: the list has an edge.
edge_editor::attempt edge_editor::try_remove_last(vertex_id v,
                                                  std::uint32_t list,
                                                  bool& found) {
  vertex_id other = v;
  {
    const held_ends one(memory_, locker_, v, v);
    const auto all = targets(word_of(list, v));
    found = !all.empty();
    if (!found) return attempt::refused;
    other = all.back();
  }
  const vertex_id second = kind_ == graph_kind::directed ? v : other;
  const held_ends both(memory_, locker_, v, second);
  const auto all = targets(word_of(list, v));
  // Others may have changed it between the two.
  if (all.empty() || all.back() != other) return attempt::refused;
  const auto last = static_cast<std::uint32_t>(all.size() - 1);
  edge_place where{{{v, list, last, 1}, {}}, 1, true};
  if (kind_ == graph_kind::undirected && other == v) {
    where.entries[0] = {v, list, last - 1, 2};
  } else if (kind_ != graph_kind::directed) {
    // The last entry here is the last one there, of those between these two.
    const auto there = targets(word_of(other_list(list), other));
    const auto entry = std::find(there.rbegin(), there.rend(), v);
    if (entry == there.rend()) fail_unpaired(v, other);
    where.entries[1] = {other, other_list(list),
                        static_cast<std::uint32_t>(there.rend() - entry - 1),
                        1};
    where.count = 2;
  }
  return erase(where, nullptr, both.epoch());
}

bool edge_editor::remove_last(vertex_id v, std::uint32_t list) {
  begin_change();
  bool found = false;
  while (again(try_remove_last(v, list, found))) {
  }
  return found;
}

bool edge_editor::remove(vertex_id source, vertex_id target) {
  return repeat({source, target, 0}, &edge_editor::find_first,
                &edge_editor::erase, nullptr);
}

bool edge_editor::remove(const edge& which) {
  return repeat(which, &edge_editor::find_at, &edge_editor::erase, nullptr);
}

bool edge_editor::set_payload(const edge& which, const void* payload) {
  return repeat(which, &edge_editor::find_at, &edge_editor::replace, payload);
}

bool edge_editor::set_unversioned(const edge& which, const void* payload) {
  return repeat(which, &edge_editor::find_at, &edge_editor::overwrite, payload);
}

}  // namespace telar::detail
