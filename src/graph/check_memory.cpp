// The checker: slots and keys, and the memory that belongs to them.
#include <algorithm>

#include "graph/checker.hpp"
#include "participant/life_lock.hpp"

namespace telar::detail {

void checker::check_slots() {
  const std::uint64_t extents = memory_.clocks().extent_capacity.load();
  if (!life_lock::is_sound(memory_.clocks().attach_lock)) {
    problem("The lock for adding participants is damaged (I16).");
  }
  for (std::uint64_t e = 0; e < extents && !full(); ++e) {
    const std::uint32_t owner = memory_.extent_owner(e).load();
    if (owner > core_.who.slot_count()) {
      problem("Extent " + std::to_string(e) +
              " has an owner that cannot be "
              "(I3).");
    }
  }
  for (std::uint32_t i = 0; i < core_.who.slot_count() && !full(); ++i) {
    const slot& s = memory_.slot(i);
    const std::string name = "of participant " + std::to_string(i);
    if (!life_lock::is_sound(s.life)) {
      problem("The lock " + name + " is damaged (I16).");
    }
    if (get(s.intent.state) != phase_idle) {
      problem("The intent " + name + " is not idle (I11).");
    }
    if (get(s.partner) != 0 || get(s.taker) != 0) {
      problem("An exchange " + name + " is not finished (I17).");
    }
    for (const word64* word : {&s.arena, &s.spare}) {
      const arena rest = arena::unpack(get(*word));
      if (rest.left != 0) mark(rest.position, rest.left, "The arena " + name);
    }
    // Claimed, but its claimer died before using it: the next owner will.
    const std::uint64_t want = get(s.want);
    for (std::uint64_t e = want >> 32; e < (want >> 32) + (want & 0xffffffffu);
         ++e) {
      if (e >= extents || memory_.extent_owner(e).load() != i + 1) break;
      mark(memory_.geometry().first_unit() + e * extent_units, extent_units,
           "The claim " + name);
    }
    for (unsigned c = 0; c < queue_count; ++c) check_queue(i, c);
  }
}

void checker::check_queue(std::uint32_t slot_index, unsigned block_class) {
  const queue& q = memory_.slot(slot_index).queues[block_class];
  const std::string name = "The queue of class " + std::to_string(block_class) +
                           " of participant " + std::to_string(slot_index);
  const std::uint64_t head = get(q.head);
  const std::uint64_t tail = get(q.tail);
  if (head > get(q.ready) || get(q.ready) > get(q.seal) || get(q.seal) > tail) {
    return problem(name + " has indices out of order (I9).");
  }
  const std::uint64_t first_bag = get(q.head_bag);
  if (first_bag == 0) {
    if (tail != 0) problem(name + " has entries but no bag (I9).");
    return;
  }
  const auto sound = [&](std::uint64_t number) {
    if (memory_.in_extents(number, bag_units)) return true;
    problem(name + " has a bag outside the extents (I9).");
    return false;
  };
  std::uint64_t number = first_bag;
  do {
    if (!sound(number) || full()) return;
    mark(number, bag_units, name + ": a bag");
    number = get(memory_.unit_at<bag>(number)->next);
  } while (number != first_bag && report_.ok());
  if (!report_.ok()) return;
  std::uint64_t into = first_bag;
  for (std::uint64_t i = head; i < tail && !full(); ++i) {
    const std::uint64_t at = i % bag_entries;
    if (at == 0 && i != head) into = get(memory_.unit_at<bag>(into)->next);
    const bag& entries = *memory_.unit_at<bag>(into);
    const std::uint64_t entry =
        std::uint64_t{get(entries.high[at])} << 32 | get(entries.low[at]);
    if (block_class <= version_class) {
      mark(entry, core_.space.sizes()[block_class], name + ": a block");
    } else if (entry >= report_.vertices) {
      problem(name + " names a vertex that does not exist (I9).");
    } else if (block_class == removed_class && !waits_once(entry)) {
      problem(name + " names a vertex that was not removed, or twice (I15).");
    }
  }
  if (head < tail && into != get(q.tail_bag)) {
    problem(name + " does not end in its last bag (I9).");
  }
}

bool checker::waits_once(std::uint64_t v) {
  const bool removed = memory_.vertices()[v].word.load() == removed_word &&
                       (memory_.vertices()[v].epoch.load() & removed_mark) != 0;
  return removed && waiting_.insert(v).second;
}

void checker::check_versions() {
  const std::uint64_t placed =
      std::min(memory_.clocks().version_capacity.load(),
               memory_.clocks().vertex_capacity.load());
  for (std::uint64_t v = 0; v < placed && !full(); ++v) {
    check_chain(static_cast<vertex_id>(v));
  }
}

void checker::check_chain(vertex_id v) {
  const std::string name = "A version of vertex " + std::to_string(v);
  std::uint32_t younger = memory_.vertices()[v].epoch.load() & ~removed_mark;
  for (std::uint64_t number = memory_.versions(v).load(); number != 0;) {
    if (!memory_.in_extents(number, core_.space.sizes()[version_class])) {
      return problem(name + " lies outside the extents (I13).");
    }
    mark(number, core_.space.sizes()[version_class], name);
    const version& one = *memory_.unit_at<version>(number);
    const std::uint32_t epoch = one.epoch & ~removed_mark;
    if (epoch >= younger || full()) {
      return problem(name + " is not older than what follows it (I13).");
    }
    younger = epoch;
    number = one.next.load();
  }
}

void checker::check_keys() try {
  std::uint64_t keys = 0;
  std::uint64_t last_order = 0;
  const std::uint64_t vertices = report_.vertices;
  std::uint64_t number = get(core_.keys.node(core_.keys.head()).next);
  while (number != 0 && !full()) {
    const key_node& node = core_.keys.node(number);
    if (node.order < last_order) {
      return problem("The key list is out of order (I10).");
    }
    last_order = node.order;
    if (is_sentinel(node)) {
      mark(number, sentinel_units, "A bucket of the key table");
    } else {
      const key_record& record = core_.keys.record(number);
      const std::uint32_t v = record.vertex.load();
      // (That of a key that was removed names nothing any more.)
      mark(number, record_units(get(record.length)), "A key record");
      if (v != 0 && v <= vertices) {
        ++keys;
        if (memory_.key_ref(v - 1).load() != number) {
          problem("Vertex " + std::to_string(v - 1) +
                  " is not the one of its key (I10).");
        }
        if (core_.keys.find(text_of(record)) != v - 1) {
          problem("The key of vertex " + std::to_string(v - 1) +
                  " is not found (I10).");
        }
      }
    }
    number = node.next.load();
  }
  if (keys != vertices - removed_ && !full()) {
    problem("There are " + std::to_string(vertices - removed_) +
            " vertices, but " + std::to_string(keys) + " keys (I10).");
  }
} catch (const error& damage) {
  problem(damage.what());
}

}  // namespace telar::detail
