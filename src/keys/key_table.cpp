// The split-ordered list.
#include "keys/key_table.hpp"

#include <bit>
#include <cstring>

#include "error/raise.hpp"

namespace telar::detail {
namespace {

[[noreturn]] void fail_corrupt(const segment& memory) {
  raise(errc::corrupt, memory.name() + ": its key table is damaged (I10).");
}

}  // namespace

key_table::key_table(segment& memory, participants& who, blocks& space,
                     const wait_options& wait)
    : memory_(memory), who_(who), space_(space), wait_(wait), seed_(0) {
  std::memcpy(&seed_, memory.what().uuid, sizeof seed_);
}

std::uint64_t key_table::head() const {
  return memory_.geometry().buckets / unit;
}

key_node& key_table::node(std::uint64_t number) const {
  if (number != head() && !memory_.in_extents(number, sentinel_units)) {
    fail_corrupt(memory_);
  }
  return *memory_.unit_at<key_node>(number);
}

key_record& key_table::record(std::uint64_t number) const {
  if (!memory_.in_extents(number, record_units(0))) fail_corrupt(memory_);
  auto& found = *memory_.unit_at<key_record>(number);
  if (is_sentinel(found) ||
      !memory_.in_extents(number, record_units(get(found.length)))) {
    fail_corrupt(memory_);
  }
  return found;
}

/// More than the list can have: who has met as many goes round in circles.
std::uint64_t key_table::most_nodes() const {
  const clocks& bounds = memory_.clocks();
  return 2 * bounds.vertex_capacity.load() + 2 * bounds.bucket_count.load() +
         2 * max_slots;
}

/// Acquire loads: pair with the CAS in link(); a node is seen whole.
key_table::place key_table::search(std::uint64_t from, std::uint64_t order,
                                   const key* wanted) const {
  place at{from, 0, 0};
  std::uint64_t last = node(from).order;
  std::uint64_t steps = most_nodes();
  for (;;) {
    at.after = node(at.before).next.load(std::memory_order_acquire);
    if (at.after == 0) return at;
    const key_node& next = node(at.after);
    if (next.order > order) return at;
    // A list that goes back, or never ends, is a damaged one.
    if (next.order < last || steps-- == 0) fail_corrupt(memory_);
    if (next.order == order &&
        (!wanted || (text_of(record(at.after)) == wanted->bytes &&
                     get(record(at.after).vertex) != key_removed))) {
      at.found = at.after;
      return at;
    }
    last = next.order;
    at.before = at.after;
  }
}

/// Its number.  A count that is no power of two would lead beyond the array.
std::uint64_t key_table::bucket_of(std::uint64_t hash) const {
  const std::uint64_t count =
      memory_.clocks().bucket_count.load(std::memory_order_acquire);
  if (!std::has_single_bit(count) || count > memory_.geometry().max_buckets)
      [[unlikely]] {
    fail_corrupt(memory_);
  }
  return hash & (count - 1);
}

/// The sentinel of the hash's bucket, or of the nearest ancestor that has one.
std::uint64_t key_table::nearest_bucket(std::uint64_t hash) const {
  std::uint64_t index = bucket_of(hash);
  while (index != 0) {
    const std::uint64_t found =
        memory_.bucket(index).load(std::memory_order_acquire);
    if (found != 0) return found;
    index &= ~std::bit_floor(index);
  }
  return head();
}

/// The sentinel of a bucket, made if it is missing.
std::uint64_t key_table::bucket(slot& me, std::uint64_t index) {
  if (index == 0) return head();
  word64& word = memory_.bucket(index);
  std::uint64_t known = word.load(std::memory_order_acquire);
  if (known != 0) return known;
  const std::uint64_t parent = bucket(me, index & ~std::bit_floor(index));
  const std::uint64_t order = reverse_bits(index);
  for (;;) {
    const place at = search(parent, order, nullptr);
    if (at.found != 0) {
      known = at.found;
      break;
    }
    known = space_.place_record(me, sentinel_units);
    memory_.unit_at<key_node>(known)->order = order;
    if (link(me, known, at)) {
      space_.keep_record(me, sentinel_units);
      break;
    }
  }
  // Whoever stores it stores the same.
  word.store(known, std::memory_order_release);
  return known;
}

/// Step 1.  False: somebody else linked something there; look again.
bool key_table::link(slot& me, std::uint64_t number, const place& where) {
  set(memory_.unit_at<key_node>(number)->next, where.after);
  keep_order();
  me.record.store(number, std::memory_order_release);
  keep_order();
  std::uint64_t expected = where.after;
  const bool linked = node(where.before)
                          .next.compare_exchange_strong(
                              expected, number, std::memory_order_seq_cst);
  keep_order();
  if (!linked) set(me.record, 0);
  return linked;
}

std::uint64_t key_table::add_record(slot& me, const key& wanted) {
  const std::uint64_t from = bucket(me, bucket_of(wanted.hash));
  for (;;) {
    const place at = search(from, wanted.order, &wanted);
    if (at.found != 0) return at.found;
    const std::uint64_t units = record_units(wanted.bytes.size());
    const std::uint64_t made = space_.place_record(me, units);
    std::memset(memory_.unit_at(made), 0, units * unit);
    auto& fresh = *memory_.unit_at<key_record>(made);
    fresh.order = wanted.order;
    set(fresh.length, static_cast<std::uint32_t>(wanted.bytes.size()));
    std::memcpy(memory_.unit_at(made) + sizeof(key_record), wanted.bytes.data(),
                wanted.bytes.size());
    if (!link(me, made, at)) continue;
    space_.keep_record(me, units);
    return made;
  }
}

vertex_id key_table::get_or_add(std::string_view bytes) {
  const key wanted(bytes, seed_);
  const place at = search(nearest_bucket(wanted.hash), wanted.order, &wanted);
  if (at.found != 0) {
    const auto v =
        memory_.feeds() ? numbered(record(at.found)) : number(at.found);
    if (v) return *v;
  }
  slot& me = who_.mine();
  if (get(me.intent.state) != phase_idle || get(me.record) != 0) {
    raise(errc::busy, memory_.name() +
                          ": a key was added inside another "
                          "change of the same thread (from a "
                          "signal handler?).");
  }
  const inside_change now(me);
  set(me.operations, get(me.operations) + 1);
  // Before the key is linked: a key without a number is no use to anybody.
  memory_.grow_vertices(
      memory_.clocks().vertex_count.load(std::memory_order_acquire) + 1);
  std::optional<vertex_id> v;
  // Unless it is removed again before we have its number.
  while (!v) {
    const std::uint64_t added = add_record(me, wanted);
    v = memory_.feeds() ? number_in_turn(me, added) : number(added);
  }
  grow_if_crowded();
  return *v;
}

std::optional<vertex_id> key_table::find(std::string_view bytes) const {
  const key wanted(bytes, seed_);
  const place at = search(nearest_bucket(wanted.hash), wanted.order, &wanted);
  if (at.found == 0) return std::nullopt;
  // Linked but not numbered yet: whoever adds it has not been told either.
  return numbered(record(at.found));
}

std::optional<vertex_id> key_table::numbered(const key_record& r) const {
  const std::uint32_t v = r.vertex.load(std::memory_order_acquire);
  if (v == 0 || v == key_removed ||
      v > memory_.clocks().vertex_count.load(std::memory_order_acquire)) {
    return std::nullopt;
  }
  return v - 1;
}

std::string_view key_table::of(vertex_id v) const {
  return text_of(record(memory_.key_ref(v).load(std::memory_order_acquire)));
}

/// {vertex, length} of a record, which follow its node.
word64& key_table::whose(std::uint64_t number) const {
  return *reinterpret_cast<word64*>(memory_.unit_at(number) + sizeof(key_node));
}

word64& key_table::removal_word(vertex_id v, std::uint64_t& removed) const {
  const std::uint64_t number =
      memory_.key_ref(v).load(std::memory_order_acquire);
  removed = std::uint64_t{get(record(number).length)} << 32 | key_removed;
  return whose(number);
}

/// Step 3, for a record that is linked.  Sequentially consistent throughout:
/// the steps are few, and their order across words is what is argued about.
std::optional<vertex_id> key_table::number(std::uint64_t record_number) {
  key_record& r = record(record_number);
  word64& count = memory_.clocks().vertex_count;
  for (;;) {
    const std::uint64_t n = count.load();
    const std::uint32_t known = r.vertex.load();
    if (known == key_removed) return std::nullopt;
    if (known != 0 && known <= n) return known - 1;
    memory_.grow_vertices(n + 1);
    marker();
    std::uint64_t named = 0;
    word64& ref = memory_.key_ref(static_cast<vertex_id>(n));
    if (ref.compare_exchange_strong(named, record_number)) {
      named = record_number;
    }
    marker();
    finish_numbering(static_cast<vertex_id>(n), named);
  }
}

std::optional<vertex_id> key_table::number_in_turn(slot& me,
                                                   std::uint64_t number_of) {
  const key_record& r = record(number_of);
  const locker by{who_, me, who_.index_of(me) + 1, wait_};
  word64& count = memory_.clocks().vertex_count;
  for (;;) {
    // Before the turn: it may take milliseconds.
    memory_.grow_vertices(count.load(std::memory_order_acquire) + 1);
    const feed_turn turn(memory_, by);
    const std::uint32_t known = get(r.vertex);
    const std::uint64_t n = get(count);
    if (known == key_removed) return std::nullopt;
    if (known > n) fail_corrupt(memory_);
    if (known != 0) return known - 1;
    // Others have used what there was.
    if (n >= get(memory_.clocks().vertex_capacity)) continue;
    const auto v = static_cast<vertex_id>(n);
    block_plan plan(memory_, me, space_.sizes());
    plan.store(memory_.key_ref(v), number_of);
    plan.store(whose(number_of), std::uint64_t{get(r.length)} << 32 | (n + 1));
    plan.store(count, n + 1);
    turn.commit(plan, told_vertices(change_kind::add_vertices, v));
    return v;
  }
}

/// `record_number` was named for vertex n.  If it has another number already
/// (two helpers named it at once), n is free for the next.
void key_table::finish_numbering(vertex_id n, std::uint64_t record_number) {
  key_record& r = record(record_number);
  std::uint32_t unnumbered = 0;
  r.vertex.compare_exchange_strong(unnumbered, n + 1);
  marker();
  word64& count = memory_.clocks().vertex_count;
  if (r.vertex.load() == n + 1) {
    std::uint64_t before = n;
    count.compare_exchange_strong(before, before + 1);
  } else if (count.load() <= n) {
    // (Beyond that, n was its number, and its vertex has been removed.)
    memory_.key_ref(n).compare_exchange_strong(record_number, 0);
  }
}

void key_table::finish(slot& dead) {
  const std::uint64_t number_of = get(dead.record);
  if (number_of == 0) return;
  const key_node& left = node(number_of);
  // From before it: a sentinel's own bucket may lead to itself.
  std::uint64_t hash = reverse_bits(left.order);
  if (is_sentinel(left)) hash &= ~std::bit_floor(hash);
  const place at = search(nearest_bucket(hash), left.order, nullptr);
  // Equal orders follow each other: look through all of them.
  std::uint64_t seen = at.found;
  std::uint64_t steps = most_nodes();
  while (seen != 0 && seen != number_of && node(seen).order == left.order) {
    if (steps-- == 0) fail_corrupt(memory_);
    seen = node(seen).next.load(std::memory_order_acquire);
  }
  if (seen != number_of) {
    set(dead.record, 0);  // Never linked: it belongs to nobody.
    return;
  }
  space_.keep_record(dead, is_sentinel(left)
                               ? sentinel_units
                               : record_units(get(record(number_of).length)));
}

void key_table::grow_if_crowded() {
  const clocks& bounds = memory_.clocks();
  const std::uint64_t buckets = get(bounds.bucket_count);
  if (get(bounds.vertex_count) <= buckets) return;
  try {
    memory_.grow_buckets(2 * buckets);
  } catch (const std::exception&) {
    // Slower, but sound; and the key is in, whatever the reason.
  }
}

}  // namespace telar::detail
