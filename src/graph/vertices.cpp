// Vertices and their keys.
#include <algorithm>
#include <cstring>

#include "adjacency/vertex_edit.hpp"
#include "error/raise.hpp"
#include "graph/core.hpp"

namespace telar {
namespace {

constexpr std::size_t longest_key = 65'535;

void require_keys(const detail::core& c, key_kind wanted) {
  const auto kind = static_cast<key_kind>(c.memory.what().keys);
  if (kind == wanted) [[likely]]
    return;
  detail::raise(errc::bad_argument,
                c.memory.name() + " has " + std::string(to_string(kind)) +
                    " keys, not " + std::string(to_string(wanted)) + ".");
}

std::string_view bytes_of(const std::uint64_t& number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

/// Prepares for a vertex count that is about to be published.
void make_room(detail::core& c, std::uint64_t count, std::uint64_t more) {
  detail::segment& memory = c.memory;
  const std::uint64_t most = memory.geometry().max_vertices;
  if (count > most || more > most - count) {
    detail::raise(errc::no_space,
                  memory.name() + " cannot have " + std::to_string(more) +
                      " vertices more than its " + std::to_string(count) +
                      ": its reserve holds " + std::to_string(most) +
                      " (and no graph 2^32).");
  }
  memory.grow_vertices(count + more);
}

void begin_adding(detail::core& c) {
  if (c.memory.keyed()) {
    detail::raise(errc::bad_argument,
                  c.memory.name() +
                      " has keys: a vertex is added by its key, "
                      "with vertex(key).");
  }
  (void)c.who.mine();  // Whoever changes a graph is on its list.
}

/// Adds vertices where the feed is told: `wanted` says how many there are to
/// be, of how many there are.  Returns that.
template <typename Wanted>
std::uint64_t add_and_tell(detail::core& c, Wanted wanted) {
  detail::slot& me = c.who.mine();
  if (detail::get(me.intent.state) != detail::phase_idle) {
    detail::raise(errc::busy, c.memory.name() +
                                  ": vertices were added inside a change of "
                                  "the same thread (from a signal handler?).");
  }
  const detail::inside_change now(me);
  detail::set(me.operations, detail::get(me.operations) + 1);
  const detail::locker by{c.who, me, c.who.index_of(me) + 1, c.wait};
  detail::clocks& bounds = c.memory.clocks();
  for (;;) {
    // Before the turn: it may take milliseconds.
    const std::uint64_t seen = bounds.vertex_count.load();
    make_room(c, seen, wanted(seen) - seen);
    const detail::feed_turn turn(c.memory, by);
    const std::uint64_t first = detail::get(bounds.vertex_count);
    const std::uint64_t last = wanted(first);
    if (last == first) return first;
    // Others have used what there was.
    if (last > detail::get(bounds.vertex_capacity)) continue;
    detail::block_plan plan(c.memory, me, c.space.sizes());
    plan.store(bounds.vertex_count, last);
    turn.commit(plan, detail::told_vertices(change_kind::add_vertices,
                                            static_cast<vertex_id>(first),
                                            last - first));
    return first;
  }
}

}  // namespace

vertex_id graph::add_vertices(std::uint64_t count) {
  begin_adding(*core_);
  if (count == 1 && detail::get(core_->memory.clocks().removals) != 0) {
    detail::vertex_editor by(core_->memory, core_->who, core_->space,
                             core_->wait);
    if (const auto again = by.reuse()) return *again;
  }
  if (core_->memory.feeds()) {
    return static_cast<vertex_id>(add_and_tell(
        *core_, [count](std::uint64_t now) { return now + count; }));
  }
  detail::word64& bound = core_->memory.clocks().vertex_count;
  std::uint64_t first = bound.load(std::memory_order_relaxed);
  do {
    make_room(*core_, first, count);
    // Release: pairs with reader::vertex_bound().
  } while (!bound.compare_exchange_weak(first, first + count,
                                        std::memory_order_release,
                                        std::memory_order_relaxed));
  return static_cast<vertex_id>(first);
}

void graph::grow_to(std::uint64_t count) {
  begin_adding(*core_);
  make_room(*core_, 0, count);
  if (core_->memory.feeds()) {
    (void)add_and_tell(
        *core_, [count](std::uint64_t now) { return std::max(now, count); });
    return;
  }
  detail::raise_to(core_->memory.clocks().vertex_count, count);
}

vertex_id graph::vertex(std::string_view key) {
  require_keys(*core_, key_kind::string);
  if (key.size() > longest_key) {
    detail::raise(errc::bad_argument,
                  name() + ": a key has at most 65535 bytes, not " +
                      std::to_string(key.size()) + ".");
  }
  return core_->keys.get_or_add(key);
}

vertex_id graph::vertex(std::uint64_t key) {
  require_keys(*core_, key_kind::u64);
  return core_->keys.get_or_add(bytes_of(key));
}

std::optional<vertex_id> graph::find(std::string_view key) const {
  return core_->find(key);
}
std::optional<vertex_id> graph::find(std::uint64_t key) const {
  return core_->find(key);
}
std::string_view graph::key(vertex_id v) const {
  return core_->key(checked(v));
}
std::uint64_t graph::key_number(vertex_id v) const {
  return core_->key_number(checked(v));
}

namespace detail {

std::optional<vertex_id> core::find(std::string_view key) const {
  require_keys(*this, key_kind::string);
  return keys.find(key);
}

std::optional<vertex_id> core::find(std::uint64_t key) const {
  require_keys(*this, key_kind::u64);
  return keys.find(bytes_of(key));
}

std::string_view core::key(vertex_id v) const {
  require_keys(*this, key_kind::string);
  return keys.of(v);
}

std::uint64_t core::key_number(vertex_id v) const {
  require_keys(*this, key_kind::u64);
  const std::string_view bytes = keys.of(v);
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), std::min(bytes.size(), sizeof number));
  return number;
}

}  // namespace detail
}  // namespace telar
