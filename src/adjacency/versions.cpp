// Versions: what vertices were, for the snapshots of that time (I13).
#include <array>

#include "adjacency/editor.hpp"
#include "error/raise.hpp"
#include "participant/live_snapshots.hpp"

namespace telar::detail {
namespace {

/// How far a chain is followed, and how many of it one change drops.
constexpr unsigned longest_look = 64;
constexpr unsigned most_dropped = 8;

}  // namespace

version& editor::version_at(std::uint64_t number) const {
  if (!memory_.in_extents(number, sizeof(version) / unit)) {
    raise(errc::corrupt,
          memory_.name() + ": a version of a vertex is damaged (I13).");
  }
  return *memory_.unit_at<version>(number);
}

/// Drops, from the end of the chain that begins at `head`, versions that are
/// older than what the oldest snapshot reads.  Returns the head afterwards.
std::uint64_t editor::drop_unread(draft& d, vertex_id v, std::uint64_t head,
                                  std::uint32_t oldest) {
  std::array<std::uint64_t, longest_look> chain;
  unsigned length = 0;
  unsigned read = 0;  // How many from the front may be read.
  const std::uint32_t changed =
      get(memory_.vertices()[v].epoch) & ~removed_mark;
  bool found = oldest == 0 || changed <= oldest;
  for (std::uint64_t at = head; at != 0; at = get(version_at(at).next)) {
    if (length == longest_look) return head;
    chain[length++] = at;
    if (found) continue;
    read = length;
    found = (version_at(at).epoch & ~removed_mark) <= oldest;
  }
  const unsigned keep =
      length - read > most_dropped ? length - most_dropped : read;
  for (unsigned i = keep; i < length; ++i) retire(d, version_class, chain[i]);
  if (keep == length) return head;
  if (keep == 0) return 0;
  d.plan.store(version_at(chain[keep - 1]).next, 0);
  return head;
}

void editor::keep_version(draft& d, vertex_id v) {
  const vertex_header& header = memory_.vertices()[v];
  const std::uint32_t stamped = get(header.epoch);
  const std::uint32_t changed = stamped & ~removed_mark;
  if (changed == d.next.epoch) return;
  const std::uint64_t word = get(header.word);
  const std::uint64_t in_word =
      memory_.bidirectional() ? get(memory_.in_words()[v]) : 0;
  const bool empty = word == 0 && in_word == 0 && stamped == changed;
  const snapshot_needs needs =
      needs_of_snapshots(memory_, changed, d.next.epoch);
  const bool placed =
      v < memory_.clocks().version_capacity.load(std::memory_order_acquire);
  if (!placed) {
    // None was ever needed; and for an empty vertex none is.
    if (!needs.since || empty) return;
    lacking_.versions = true;
    d.enough = false;
    return;
  }
  const std::uint64_t head = get(memory_.versions(v));
  const std::uint64_t rest =
      head == 0 ? 0 : drop_unread(d, v, head, needs.oldest);
  if (!needs.since || (empty && rest == 0)) {
    if (rest != head) d.plan.store(memory_.versions(v), rest);
    return;
  }
  const std::uint64_t made = take(d, version_class);
  note(d, versioned_class, v);
  if (made == 0) return;
  version& now = version_at(made);
  set(now.next, rest);
  now.word = word;
  now.in_word = in_word;
  now.epoch = stamped;
  now.reserved = 0;
  d.plan.store(memory_.versions(v), made);
}

void editor::drop_versions(unsigned most) {
  for (unsigned i = 0; i < most; ++i) {
    block_plan look(memory_, me_, space_.sizes());
    std::uint64_t noted = 0;
    if (!look.take_entry(versioned_class, noted)) return;
    const auto v = static_cast<vertex_id>(noted);
    if (noted >= memory_.clocks().version_capacity.load()) {
      raise(errc::corrupt,
            memory_.name() + ": a list of versions is damaged (I9).");
    }
    const held_ends ends(memory_, locker_, v, v);
    draft d = begin_draft(ends.epoch());
    (void)d.plan.take_entry(versioned_class, noted);
    const std::uint64_t head = get(memory_.versions(v));
    // Older than any epoch a snapshot can ask about: then all may go.
    const snapshot_needs needs = needs_of_snapshots(memory_, 0, 0);
    const std::uint64_t rest =
        head == 0 ? 0 : drop_unread(d, v, head, needs.oldest);
    if (rest != head) d.plan.store(memory_.versions(v), rest);
    if (rest != 0) note(d, versioned_class, v);
    if (commit(d) == attempt::short_of_memory) return;
  }
}

}  // namespace telar::detail
