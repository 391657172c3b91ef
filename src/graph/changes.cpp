// Following the changes of a graph.
#include <telar/changes.hpp>

#include "error/raise.hpp"
#include "graph/core.hpp"

namespace telar {
namespace {

using detail::change_entry;

/// Where the fields of an entry are among its words.
enum : std::size_t { number_at, ends_at, epoch_at, kind_at, more_at };

std::uint32_t low(std::uint64_t word) {
  return static_cast<std::uint32_t>(word);
}
std::uint32_t high(std::uint64_t word) {
  return static_cast<std::uint32_t>(word >> 32);
}

const detail::word64* words_of(const change_entry& entry) {
  static_assert(offsetof(change_entry, number) == 8 * number_at &&
                offsetof(change_entry, ends) == 8 * ends_at &&
                offsetof(change_entry, epoch) == 8 * epoch_at &&
                offsetof(change_entry, rank) == 8 * epoch_at + 4 &&
                offsetof(change_entry, kind) == 8 * kind_at &&
                offsetof(change_entry, process) == 8 * kind_at + 4 &&
                sizeof(change_entry) == 8 * more_at);
  return reinterpret_cast<const detail::word64*>(&entry);
}

void require_feed(const detail::core& c) {
  if (c.memory.feeds()) return;
  detail::raise(errc::bad_argument,
                c.memory.name() +
                    " tells no changes.  Create it with room for some "
                    "(graph_options::changes, telar create --changes).");
}

}  // namespace

std::uint64_t graph::last_change() const {
  require_feed(*core_);
  // Acquire: pairs with apply(); a snapshot taken after this has all of these.
  return core_->memory.clocks().changes_head.load(std::memory_order_acquire);
}

change_feed graph::changes(std::uint64_t since) const {
  if (const std::uint64_t last = last_change(); since > last) {
    detail::raise(errc::bad_argument,
                  name() + " has had " + std::to_string(last) +
                      " changes, not " + std::to_string(since) +
                      ": that was another graph.  Begin with a snapshot.");
  }
  return {core_, since, 0};
}

following graph::follow() const {
  // In this order: what is told later may be in the snapshot, and its epoch
  // says whether it is; what was told before is in it.
  const std::uint64_t last = last_change();
  telar::snapshot start = snapshot();
  const std::uint32_t epoch = start.epoch();
  return {std::move(start), {core_, last, epoch}};
}

change_feed::change_feed(std::shared_ptr<detail::core> core,
                         std::uint64_t since, std::uint32_t epoch)
    : core_(std::move(core)),
      last_(since),
      epoch_(epoch),
      words_(detail::change_bytes(core_->memory.what().payload_size) / 8) {}

feed_outcome change_feed::next(change& into) {
  do {
    const feed_outcome how = read(last_ + 1);
    if (how != feed_outcome::change) return how;
    ++last_;
  } while (in_snapshot());
  explain(into);
  return feed_outcome::change;
}

feed_outcome change_feed::read(std::uint64_t number) {
  const detail::word64& head = core_->memory.clocks().changes_head;
  const std::uint64_t entries = core_->memory.what().changes;
  // Acquire: pairs with apply(), whose store of the head follows the entry.
  const std::uint64_t now = head.load(std::memory_order_acquire);
  if (now < number) return feed_outcome::nothing;
  const auto is_lost = [&](std::uint64_t last) {
    // When the head is one short of our place, the next may be written there.
    return last - number >= entries - 1;
  };
  if (is_lost(now)) return feed_outcome::behind;
  const detail::word64* from = words_of(core_->memory.change(number));
  for (std::uint64_t& word : words_) word = detail::get(*from++);
  // Acquire: pairs with the fence in feed_turn::tell().  If we have read any of
  // a later entry, we see the head that it was written beyond.
  std::atomic_thread_fence(std::memory_order_acquire);
  if (is_lost(detail::get(head))) return feed_outcome::behind;
  if (words_[number_at] != number) fail_damaged(number);
  return feed_outcome::change;
}

/// Not by its epoch, if it adds vertices: these have none.  Telling of them
/// again does no harm.
bool change_feed::in_snapshot() const {
  const auto kind = static_cast<change_kind>(low(words_[kind_at]));
  return kind != change_kind::add_vertices && low(words_[epoch_at]) <= epoch_;
}

void change_feed::explain(change& into) const {
  const detail::segment& memory = core_->memory;
  const std::uint64_t ends = words_[ends_at];
  into = {};
  into.number = words_[number_at];
  into.kind = static_cast<change_kind>(low(words_[kind_at]));
  into.process = high(words_[kind_at]);
  // Acquire: pairs with whoever added them; they were there before the edge.
  if (!detail::is_possible(
          into.kind, ends,
          memory.clocks().vertex_count.load(std::memory_order_acquire))) {
    fail_damaged(into.number);
  }
  if (into.kind <= change_kind::clear_out_edges) {
    return explain_vertices(into, ends);
  }
  into.source = low(ends);
  into.target = high(ends);
  into.rank = high(words_[epoch_at]);
  if (into.kind == change_kind::remove_edge) return;
  const auto* payload =
      reinterpret_cast<const std::byte*>(&words_[0] + more_at);
  into.payload_bytes.assign(payload, payload + memory.what().payload_size);
  into.payload_fingerprint = detail::fingerprint(core_->payload_of_edges);
}

void change_feed::explain_vertices(change& into, std::uint64_t ends) const {
  into.vertex = low(ends);
  into.count = high(ends);
  // Also the key of one that was removed since: its record stays where it is.
  switch (static_cast<key_kind>(core_->memory.what().keys)) {
    case key_kind::none:
      return;
    case key_kind::string:
      into.key = core_->key(into.vertex);
      return;
    case key_kind::u64:
      into.key_number = core_->key_number(into.vertex);
      return;
  }
}

void change_feed::fail_damaged(std::uint64_t number) const {
  detail::raise(errc::corrupt, core_->memory.name() + ": change " +
                                   std::to_string(number) +
                                   " of its feed is damaged (I18).");
}

void change::copy_payload(void* to, const payload_type& wanted) const {
  if (payload_bytes.size() != wanted.size ||
      payload_fingerprint != detail::fingerprint(wanted)) {
    detail::raise(errc::bad_argument,
                  "change " + std::to_string(number) + " has " +
                      std::to_string(payload_bytes.size()) +
                      " bytes of payload, of another type than " + wanted.name +
                      ".");
  }
  std::memcpy(to, payload_bytes.data(), payload_bytes.size());
}

}  // namespace telar
