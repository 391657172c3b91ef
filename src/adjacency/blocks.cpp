// Refilling a slot.
#include "adjacency/blocks.hpp"

#include <algorithm>

#include "error/raise.hpp"
#include "participant/live_snapshots.hpp"
#include "participant/snapshots.hpp"

namespace telar::detail {

void blocks::refill(slot& me, const shortage& lacking) {
  if (lacking.versions) memory_.grow_versions();
  std::uint64_t units = lacking.bag_count * bag_units;
  for (unsigned i = 0; i < lacking.block_count; ++i) {
    units += sizes_[lacking.blocks[i]];
  }
  // What is claimed for it must be one arena.
  if (units + carving_units + extent_units > arena::most) {
    raise(errc::no_space,
          memory_.name() + ": an edge would need " +
              std::to_string(units * unit >> 20) +
              " MiB in one piece at its ends: with a payload of " +
              std::to_string(memory_.what().payload_size) +
              " bytes these cannot have more edges.");
  }
  if (lacking.block_count != 0 && reuse(me, lacking) &&
      lacking.bag_count == 0) {
    return;
  }
  if (lacking.block_count != 0 && take_over(me, lacking) &&
      lacking.bag_count == 0) {
    return;
  }
  try {
    refill_units(me, units);
  } catch (const error& refused) {
    if (refused.code() != errc::no_space) throw;
    // By now those who are known to be dead have left what they had.
    if (take_over(me, lacking) && lacking.bag_count == 0) return;
    // The last look, and the dearest: who died unmarked holds memory back.
    if (who_.sweep() == 0 || !(reuse(me, lacking) || take_over(me, lacking))) {
      explain_shortage(refused);
    }
  }
  add_bags(me, lacking);
}

/// Makes what was retired ready, if nobody reads it.  True: all that is lacking
/// is there.
bool blocks::reuse(slot& me, const shortage& lacking) {
  // Twice: what was retired last waits for one cut to be stamped.
  return (advance(me), advance(me)) && available(me, lacking);
}

bool blocks::available(slot& me, const shortage& lacking) const {
  block_plan trial(memory_, me, sizes_);
  for (unsigned i = 0; i < lacking.block_count; ++i) {
    if (trial.take(lacking.blocks[i]) == 0) return false;
  }
  return true;
}

void blocks::add_bags(slot& me, const shortage& lacking) {
  for (unsigned i = 0; i < lacking.bag_count; ++i) {
    block_plan plan(memory_, me, sizes_);
    if (plan.add_bag(lacking.bags[i])) commit(me, plan);
  }
}

void blocks::refill_units(slot& me, std::uint64_t units) {
  for (;;) {
    const arena now = arena::unpack(get(me.arena));
    const arena next = arena::unpack(get(me.spare));
    if (now.left >= units || next.left >= units + carving_units) return;
    if (next.left == 0) {
      try {
        claim(me, units + carving_units);
      } catch (const error& refused) {
        if (refused.code() != errc::no_space) throw;
        if (!scrape_together(me, units)) throw;
      }
    } else if (!carve_rest(me)) {
      block_plan plan(memory_, me, sizes_);
      plan.use_spare();
      commit(me, plan);
    }
  }
}

void blocks::give_back(slot& me, std::uint64_t first, std::uint64_t units) {
  const inside_change now(me);
  clear_spare(me);
  block_plan plan(memory_, me, sizes_);
  plan.set_spare({first, std::min(units, arena::most)});
  commit(me, plan);
}

/// Makes the spare the arena, and what was left of that blocks.
void blocks::clear_spare(slot& me) {
  while (arena::unpack(get(me.spare)).left != 0) {
    if (carve_rest(me)) continue;
    block_plan plan(memory_, me, sizes_);
    plan.use_spare();
    commit(me, plan);
  }
}

/// Moves the largest piece of the arena's rest to its queue.  False: what is
/// left is smaller than any block (I3).
bool blocks::carve_rest(slot& me) {
  block_plan plan(memory_, me, sizes_);
  const int fitting = sizes_.largest_within(plan.current().left);
  if (fitting < 0) return false;
  const auto block_class = static_cast<unsigned>(fitting);
  if (!plan.carve(block_class)) {
    block_plan bag_first(memory_, me, sizes_);
    if (!bag_first.add_bag(block_class, true)) return false;
    commit(me, bag_first);
    return true;
  }
  commit(me, plan);
  return true;
}

std::uint64_t blocks::place_record(slot& me, std::uint64_t units) {
  refill_units(me, units);
  block_plan plan(memory_, me, sizes_);
  return plan.cut(units);
}

void blocks::keep_record(slot& s, std::uint64_t units) {
  block_plan plan(memory_, s, sizes_);
  if (plan.cut(units) != get(s.record)) {
    raise(errc::corrupt,
          memory_.name() + ": a key record is not where it was placed (I3).");
  }
  plan.store(s.record, 0);
  commit(s, plan);
}

void blocks::commit(slot& me, block_plan& plan) {
  // Preparing, as inside_change or a recoverer left it.
  const std::uint64_t before = get(me.intent.state);
  commit_and_apply(memory_, me,
                   {.stores = plan.record(), .edges = get(me.edges)});
  me.intent.state.store(before, std::memory_order_release);
  keep_order();
}

bool blocks::advance(slot& me) {
  std::uint64_t stamp = get(me.stamp);
  set(me.retired, 0);
  if (stamp != stamp_cutting) {
    if (!nobody_reads_up_to(stamp)) return false;
    for (queue& q : me.queues) {
      set(q.ready, get(q.seal));
      marker();
    }
    keep_order();
    set(me.stamp, stamp_cutting);
    keep_order();
  }
  for (queue& q : me.queues) {
    set(q.seal, get(q.tail));
    marker();
  }
  keep_order();
  // After the word stores of all that was retired.  A reader that pins a later
  // value, with its own fence, loads the new words.
  stamp = memory_.clocks().grace.fetch_add(1, std::memory_order_seq_cst);
  set(me.stamp, stamp);
  keep_order();
  return true;
}

bool blocks::nobody_reads_up_to(std::uint64_t stamp) {
  // Sequentially consistent: pairs with the store and the second look in
  // pin_present(); either we see the pin, or the reader sees the newer grace.
  const auto holds = [&](const word64& word) {
    const std::uint64_t pin = word.load(std::memory_order_seq_cst);
    return pin != 0 && pin <= stamp;
  };
  bool held = false;
  for_each_snapshot(
      memory_, [&] { held = false; },
      [&](std::uint32_t i, std::uint32_t) {
        if (held || !holds(memory_.snapshots().entries[i].pin)) return;
        held = !snapshots(memory_, who_).try_sweep(i);
      });
  for (std::uint32_t i = 0; !held && i < who_.slot_count(); ++i) {
    held = holds(memory_.slot(i).pin) && !who_.try_recover(i);
  }
  return !held;
}

void blocks::explain_shortage(const error& refused) {
  // The slot has just tried to move on twice: an older pin is in its way.
  const std::uint64_t now =
      memory_.clocks().grace.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < who_.slot_count(); ++i) {
    const std::uint64_t pin = get(memory_.slot(i).pin);
    if (pin == 0 || pin >= now || who_.try_recover(i)) continue;
    raise(errc::no_space,
          std::string(refused.what()) + "  " + who_.name_of(i) +
              " has been reading since before the last changes and holds "
              "replaced memory back: it should call refresh().");
  }
  for_each_snapshot(
      memory_, [] {},
      [&](std::uint32_t i, std::uint32_t) {
        raise(errc::no_space,
              std::string(refused.what()) + "  " +
                  snapshots(memory_, who_).name_of(i) +
                  " holds what was replaced since it was taken: it should be "
                  "given back.");
      });
  throw refused;
}

}  // namespace telar::detail
