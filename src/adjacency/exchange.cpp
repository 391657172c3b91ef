// Memory goes round: the slots that nobody has are the common store.
//
// Who only inserts leaves small blocks behind and needs large ones, who only
// removes the other way round.  So whoever has too much of a class gives most of
// it to a slot that nobody has, and whoever lacks some exchanges its queue
// for such a one before it cuts new ones.  Slots whose participants have gone are
// part of the store, with all that they left.  A hint tells what is to be had.
#include <algorithm>

#include "adjacency/blocks.hpp"
#include "participant/store.hpp"

namespace telar::detail {
namespace {

/// More than this of one class, ready, is too much: 64 KiB.
constexpr std::uint64_t surplus_units = 4096;
constexpr std::uint64_t surplus_entries = 4 * bag_entries;
/// What stays, for the changes to come …
constexpr std::uint64_t kept_entries = bag_entries;
/// … and what goes at once, at most: the walk along them takes a while.
constexpr std::uint64_t most_bags = 1024;

}  // namespace

void blocks::lay_down(slot& me) {
  for (unsigned c = 0; c <= version_class; ++c) {
    const std::uint64_t ready = ready_in(me.queues[c]);
    if (ready < surplus_entries || ready * sizes_[c] < surplus_units) continue;
    if (give_surplus(me, c)) continue;
    // Next time there is room.
    (void)who_.try_grow_slots();
  }
}

/// Exchanges with slots that nobody has, and that `may` be of use, until
/// `change` has done something.  False: it has not.
template <typename May, typename Change>
bool blocks::exchange_with_one(slot& me, May may, Change change) {
  for (std::uint32_t i = 0; i < who_.slot_count(); ++i) {
    const slot& seen = memory_.slot(i);
    if (get(seen.attached) == attached_yes || !may(seen)) continue;
    bool done = false;
    (void)who_.exchange(me, i, [&](slot& other) { done = change(other); });
    if (done) return true;
  }
  return false;
}

/// To a slot that nobody has, and that has next to none.  False: there is no
/// such slot.
bool blocks::give_surplus(slot& me, unsigned block_class) {
  const queue& mine = me.queues[block_class];
  const auto entries = [&](const slot& s) {
    const queue& q = s.queues[block_class];
    return get(q.tail) - get(q.head);
  };
  const auto has_few = [&](const slot& s) { return entries(s) < kept_entries; };
  const bool given = exchange_with_one(me, has_few, [&](slot& other) {
    if (!has_few(other)) return false;
    if (entries(other) != 0) {
      swap_queues(me, other, block_class);
      return true;
    }
    const std::uint64_t first = get(mine.head) / bag_entries;
    const std::uint64_t end = (get(mine.ready) - kept_entries) / bag_entries;
    block_plan plan(memory_, me, sizes_);
    plan.give_bags(other, block_class, std::min(end - first, most_bags));
    commit(me, plan);
    return true;
  });
  if (given) offer(memory_.clocks(), std::uint32_t{1} << block_class);
  return given;
}

/// Takes blocks of each class that is lacking from the store.  True: all that
/// is lacking is there now, if only because the hint was wrong.
bool blocks::take_over(slot& me, const shortage& lacking) {
  for (unsigned i = 0; i < lacking.block_count; ++i) {
    const unsigned c = lacking.blocks[i];
    // Several may be of one class.
    if (ready_in(me.queues[c]) < lacking.block_count) {
      (void)take_over_queue(me, c);
    }
  }
  return available(me, lacking);
}

bool blocks::take_over_queue(slot& me, unsigned block_class) {
  const std::uint32_t mark = std::uint32_t{1} << block_class;
  // Before the look: who gives some later marks it later.  Otherwise whoever
  // finds none would be sent here again and again.
  word32& store = memory_.clocks().store;
  if (get(store) & mark) store.fetch_and(~mark, std::memory_order_relaxed);
  // More than there are here: or two could exchange theirs for ever.
  const auto has_more = [&](const slot& s) {
    return ready_in(s.queues[block_class]) > ready_in(me.queues[block_class]);
  };
  const auto may_have_more = [&](const slot& s) {
    const queue& q = s.queues[block_class];
    return get(q.tail) != get(q.ready) || has_more(s);
  };
  const bool taken = exchange_with_one(me, may_have_more, [&](slot& other) {
    // What it was given while readers held it back has no other owner.
    if (!has_more(other)) (void)(advance(other) && advance(other));
    if (!has_more(other)) return false;
    swap_queues(me, other, block_class);
    return true;
  });
  if (taken) offer(memory_.clocks(), mark);  // there may be more
  return taken;
}

/// Where no memory can be claimed any more: makes a spare of so many units out
/// of a larger block, or of what others left.  False: there is none.
bool blocks::scrape_together(slot& me, std::uint64_t units) {
  who_.sweep(false);  // what the dead had is to be had, too
  // What is left of the arena must be blocks before the next one: where a piece
  // has no bag, that one must have room for it.
  clear_spare(me);
  while (carve_rest(me)) {
  }
  if (sizes_.largest_within(arena::unpack(get(me.arena)).left) >= 0) {
    units += carving_units;
  }
  unsigned smallest = 0;
  while (smallest < block_classes && sizes_[smallest] < units) ++smallest;
  for (unsigned c = smallest; c < block_classes; ++c) {
    if (ready_in(me.queues[c]) == 0) continue;
    cut_up(me, c);
    return true;
  }
  if (take_over_rest(me, units)) return true;
  for (unsigned c = smallest; c < block_classes; ++c) {
    if (!take_over_queue(me, c) || ready_in(me.queues[c]) == 0) continue;
    cut_up(me, c);
    return true;
  }
  return false;
}

/// Takes the arena or the spare of a slot that nobody has.
/// Requires: there is no spare.
bool blocks::take_over_rest(slot& me, std::uint64_t units) {
  const auto enough = [&](const word64& rest) {
    return arena::unpack(get(rest)).left >= units;
  };
  const auto has_enough = [&](const slot& s) {
    return enough(s.arena) || enough(s.spare);
  };
  return exchange_with_one(me, has_enough, [&](slot& other) {
    if (!has_enough(other)) return false;
    word64& rest = enough(other.arena) ? other.arena : other.spare;
    block_plan plan(memory_, me, sizes_);
    plan.set_spare(arena::unpack(get(rest)));
    plan.store(rest, 0);
    commit(me, plan);
    return true;
  });
}

/// Makes a block of this class, which is ready, the spare.
/// Requires: there is no spare.
void blocks::cut_up(slot& me, unsigned block_class) {
  block_plan plan(memory_, me, sizes_);
  const std::uint64_t block = plan.take(block_class);
  plan.set_spare({block, sizes_[block_class]});
  commit(me, plan);
}

/// What waits for readers is stamped anew: stamps are those of a slot.
void blocks::swap_queues(slot& me, slot& other, unsigned block_class) {
  block_plan plan(memory_, me, sizes_);
  const auto become = [&](queue& to, const queue& from) {
    plan.store(to.head, get(from.head));
    plan.store(to.ready, get(from.ready));
    plan.store(to.seal, get(from.ready));
    plan.store(to.tail, get(from.tail));
    plan.store(to.head_bag, get(from.head_bag));
    plan.store(to.tail_bag, get(from.tail_bag));
  };
  become(me.queues[block_class], other.queues[block_class]);
  become(other.queues[block_class], me.queues[block_class]);
  commit(me, plan);
}

}  // namespace telar::detail
