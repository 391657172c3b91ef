// Taking and retiring blocks on paper.
#include "adjacency/block_plan.hpp"

#include "error/raise.hpp"

namespace telar::detail {
namespace {

/// Whether an index is the first of a bag other than the queue's very first.
bool begins_bag(std::uint64_t index) {
  return index != 0 && index % bag_entries == 0;
}

[[noreturn, gnu::cold]] void fail_damaged(const segment& memory) {
  raise(errc::corrupt,
        memory.name() + ": its free memory is damaged (I3, I9).");
}

}  // namespace

block_plan::touched& block_plan::touch(unsigned block_class) {
  for (unsigned i = 0; i < touched_count_; ++i) {
    if (touched_[i].block_class == block_class) return touched_[i];
  }
  const queue& q = slot_.queues[block_class];
  touched_[touched_count_] = {block_class, get(q.head), get(q.tail),
                              get(q.head_bag), get(q.tail_bag)};
  return touched_[touched_count_++];
}

bag& block_plan::bag_at(std::uint64_t number) const {
  if (!memory_.in_extents(number, bag_units)) {
    fail_damaged(memory_);
  }
  return *memory_.unit_at<bag>(number);
}

std::uint64_t block_plan::next_bag(std::uint64_t number) const {
  return get(bag_at(number).next);
}

bool block_plan::take_entry(unsigned block_class, std::uint64_t& entry) {
  const queue& q = slot_.queues[block_class];
  const std::uint64_t ready = get(q.ready);
  if (get(q.head) >= ready) return false;
  touched& t = touch(block_class);
  if (t.head >= ready) return false;
  const bag& entries = bag_at(t.head_bag);
  const std::uint64_t i = t.head++ % bag_entries;
  if (begins_bag(t.head)) t.head_bag = next_bag(t.head_bag);
  entry = std::uint64_t{get(entries.high[i])} << 32 | get(entries.low[i]);
  return true;
}

std::uint64_t block_plan::take(unsigned block_class) {
  std::uint64_t block = 0;
  if (!take_entry(block_class, block)) {
    // Not from the arena while there are some elsewhere.
    if (get(memory_.clocks().store) >> block_class & 1) return 0;
    return cut(sizes_[block_class]);
  }
  if (!memory_.in_extents(block, sizes_[block_class])) fail_damaged(memory_);
  return block;
}

std::uint64_t block_plan::cut(std::uint64_t units) {
  if (const std::uint64_t begin = cut_from(arena_, units)) return begin;
  return spare_.left >= units + carving_units ? cut_from(spare_, units) : 0;
}

/// What is cut will be written: a damaged arena must not lead elsewhere.
std::uint64_t block_plan::cut_from(arena& from, std::uint64_t units) {
  if (units > from.left) return 0;
  const std::uint64_t begin = from.cut(units);
  // One at unit 0, too: whoever refills would find enough for ever.
  if (!memory_.in_extents(begin, units)) fail_damaged(memory_);
  return begin;
}

bool block_plan::retire(unsigned block_class, std::uint64_t block) {
  if (!push(block_class, block)) return false;
  ++retired_;
  return true;
}

bool block_plan::push(unsigned block_class, std::uint64_t entry) {
  touched& t = touch(block_class);
  if (t.tail_bag == 0) return false;
  std::uint64_t into = t.tail_bag;
  if (begins_bag(t.tail)) {
    into = next_bag(t.tail_bag);
    // Not into the bag whose entries are taken next.
    if (into == t.head_bag && t.head < t.tail) return false;
  }
  bag& entries = bag_at(into);
  const std::uint64_t i = t.tail % bag_entries;
  set(entries.low[i], static_cast<std::uint32_t>(entry));
  set(entries.high[i], static_cast<std::uint8_t>(entry >> 32));
  t.tail_bag = into;
  ++t.tail;
  return true;
}

bool block_plan::carve(unsigned block_class) {
  const arena before = arena_;
  const std::uint64_t piece = arena_.cut(sizes_[block_class]);
  if (piece != 0 && retire(block_class, piece)) return true;
  arena_ = before;
  return false;
}

bool block_plan::add_bag(unsigned block_class, bool carving) {
  std::uint64_t number = cut(bag_units);
  if (number == 0 && carving) number = cut_from(spare_, bag_units);
  if (number == 0) return false;
  bag& made = *memory_.unit_at<bag>(number);
  touched& t = touch(block_class);
  if (t.tail_bag == 0) {
    set(made.next, number);
    t.head_bag = t.tail_bag = number;
    return true;
  }
  bag& before = bag_at(t.tail_bag);
  set(made.next, get(before.next));
  store(before.next, number);
  // The next entry pushed goes into this bag: of an empty queue it is also the
  // next one taken.
  if (t.head == t.tail && begins_bag(t.tail)) t.head_bag = number;
  return true;
}

// Two rings become two others.  From here goes head … last, and what is free
// behind the tail; what was there is free behind the tail here.
void block_plan::give_bags(slot& other, unsigned block_class,
                           std::uint64_t bags) {
  queue& from = slot_.queues[block_class];
  queue& to = other.queues[block_class];
  const std::uint64_t head = get(from.head);
  const std::uint64_t end = (head / bag_entries + bags) * bag_entries;
  std::uint64_t last = get(from.head_bag);
  for (std::uint64_t i = 1; i < bags; ++i) last = next_bag(last);
  const std::uint64_t first_kept = next_bag(last);
  const std::uint64_t tail = get(from.tail_bag);
  const std::uint64_t empty = get(to.tail_bag);
  store(bag_at(last).next, next_bag(tail));
  store(bag_at(tail).next, empty != 0 ? next_bag(empty) : first_kept);
  if (empty != 0) store(bag_at(empty).next, first_kept);
  store(to.head, head);
  for (word64* bound : {&to.ready, &to.seal, &to.tail}) store(*bound, end);
  store(to.head_bag, get(from.head_bag));
  store(to.tail_bag, last);
  store(from.head, end);
  store(from.head_bag, first_kept);
}

std::uint64_t block_plan::offset_of(const word64& word) const {
  const auto* byte = reinterpret_cast<const std::byte*>(&word);
  const std::byte* control = memory_.control()->address();
  if (byte >= control && byte < control + control_bytes) {
    return static_cast<std::uint64_t>(byte - control);
  }
  return static_cast<std::uint64_t>(byte - memory_.origin());
}

void block_plan::store(word64& target, std::uint64_t value) {
  redo_store& redo = slot_.intent.redo[stores_++];
  set(redo.offset, offset_of(target));
  set(redo.value, value);
}

std::uint32_t block_plan::record() {
  const auto change = [&](word64& target, std::uint64_t value) {
    if (get(target) != value) store(target, value);
  };
  change(slot_.arena, arena_.pack());
  change(slot_.spare, spare_.pack());
  for (unsigned i = 0; i < touched_count_; ++i) {
    const touched& t = touched_[i];
    queue& q = slot_.queues[t.block_class];
    change(q.head, t.head);
    change(q.tail, t.tail);
    change(q.head_bag, t.head_bag);
    change(q.tail_bag, t.tail_bag);
  }
  return stores_;
}

}  // namespace telar::detail
