// Drafts, and what a change does when it is short of memory.
#include "adjacency/editor.hpp"

#include "error/raise.hpp"

namespace telar::detail {
namespace {

[[noreturn, gnu::cold]] void fail_nested(const segment& memory) {
  raise(errc::busy, memory.name() +
                        ": a change began inside another one of the same "
                        "thread (from a signal handler?).");
}

}  // namespace

void editor::begin_change() {
  if (get(me_.intent.state) != phase_idle) [[unlikely]] {
    fail_nested(memory_);
  }
  const std::uint64_t pin = get(me_.pin);
  if (pin != 0 && pin != get(memory_.clocks().grace)) {
    me_.pin.store(0, std::memory_order_release);
  }
}

void editor::find_memory() {
  const shortage lacking = lacking_;
  if (get(me_.queues[versioned_class].head) <
      get(me_.queues[versioned_class].ready)) {
    drop_versions(16);
  }
  const inside_change now(me_);
  // Our own reading ends with this change; let it not hold blocks back.
  me_.pin.store(0, std::memory_order_release);
  space_.refill(me_, lacking);
}

std::uint64_t editor::take(draft& d, unsigned block_class) {
  lacking_.lack_block(block_class);
  const std::uint64_t block = d.plan.take(block_class);
  d.enough &= block != 0;
  return block;
}

void editor::retire(draft& d, unsigned block_class, std::uint64_t block) {
  if (d.plan.retire(block_class, block)) return;
  lacking_.lack_bag(block_class);
  d.enough = false;
}

void editor::note(draft& d, unsigned queue_class, std::uint64_t number) {
  if (d.plan.push(queue_class, number)) return;
  lacking_.lack_bag(queue_class);
  d.enough = false;
}

void editor::set_word(draft& d, std::uint32_t half, std::uint32_t list,
                      vertex_id v, std::uint64_t word) {
  d.next.words[half] = word;
  d.next.lists |= list << half;
  if (is_marked(v)) d.next.lists |= 4u << half;
  d.next.halves = half + 1;
}

void editor::count(draft& d, std::int64_t edges) {
  d.next.edges += static_cast<std::uint64_t>(edges);
  if (get(me_.edges_epoch) == d.next.epoch) return;
  // The count of the epoch that ends with this change, for snapshots of it.
  d.plan.store(me_.edges_before, get(me_.edges));
  d.plan.store(me_.edges_epoch, d.next.epoch);
}

editor::attempt editor::commit(draft& d) {
  if (!d.enough) return attempt::short_of_memory;
  d.next.stores = d.plan.record();
  retired_ = d.plan.retired();
  if (d.told.kind != 0 && memory_.feeds()) return commit_and_tell(d);
  commit_and_apply(memory_, me_, d.next);
  return attempt::done_growing;
}

editor::attempt editor::commit_and_tell(draft& d) {
  const feed_turn turn(memory_, locker_);
  if (!can_tell(turn, d.next.epoch, d.told)) return attempt::overtaken;
  turn.tell(d.next, d.next.epoch, d.told);
  commit_and_apply(memory_, me_, d.next);
  return attempt::done_growing;
}

bool editor::can_tell(const feed_turn& turn, std::uint32_t epoch,
                      const news& told) const {
  // The target is not locked; but whoever marks it has the turn, too.
  if (kind_ == graph_kind::directed &&
      told.kind == static_cast<std::uint32_t>(change_kind::add_edge) &&
      is_marked(told.target)) {
    fail_removed(told.target);
  }
  return turn.still_of(epoch);
}

void editor::fail_damaged(vertex_id v) const {
  raise(errc::corrupt, memory_.name() + ": the adjacency of vertex " +
                           std::to_string(v) + " is damaged (I1).");
}

void editor::fail_removed(vertex_id v) const {
  raise(errc::bad_argument, memory_.name() + ": vertex " + std::to_string(v) +
                                " was removed, and cannot have edges.  Add a "
                                "vertex, and use its id.");
}

void editor::fail_unpaired(vertex_id u, vertex_id v) const {
  raise(errc::corrupt, memory_.name() + ": the edge " + std::to_string(u) +
                           "–" + std::to_string(v) +
                           " is at one of its ends only (I4).");
}

}  // namespace telar::detail
