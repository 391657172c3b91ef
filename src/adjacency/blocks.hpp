// adjacency/blocks.hpp: where a slot's blocks come from: what it retired and
// nobody reads any more, the rest of its arena, or extents that nobody has.
#pragma once

#include <cstdint>
#include <exception>

#include <telar/error.hpp>

#include "adjacency/block_plan.hpp"
#include "participant/participants.hpp"

namespace telar::detail {

/// What a change needs that found too little while it held its vertices.
struct shortage {
  /// The classes of all blocks that it takes, whether they were there or not:
  /// they must be there together.
  unsigned blocks[4] = {};
  unsigned block_count = 0;
  /// Classes whose queues had no room for an entry.
  unsigned bags[queue_count] = {};
  unsigned bag_count = 0;
  /// There is no place to note a version of some vertex.
  bool versions = false;

  void lack_block(unsigned block_class) { blocks[block_count++] = block_class; }
  void lack_bag(unsigned block_class) {
    for (unsigned i = 0; i < bag_count; ++i) {
      if (bags[i] == block_class) return;
    }
    bags[bag_count++] = block_class;
  }
};

class blocks {
 public:
  blocks(segment& memory, participants& who)
      : memory_(memory), who_(who), sizes_(memory.what().payload_size) {}

  [[nodiscard]] const block_sizes& sizes() const noexcept { return sizes_; }

  /// Provides what a change lacked, so that it can be tried again: each call
  /// strictly increases what is available.  Commits memory, hence never call
  /// it while holding a vertex.  Throws `no_space`, naming a reader if one
  /// holds memory back.
  /// If the process is killed inside: each step is an intent of its own, or a
  /// claim that the slot's next owner resumes; nothing is lost.
  void refill(slot& me, const shortage& lacking);

  /// Where the next record of this many units will lie.  It belongs to nobody
  /// until `keep_record`: whoever does not link it just leaves it.
  std::uint64_t place_record(slot& me, std::uint64_t units);

  /// Cuts the record that `slot::record` names, which has been linked, off its
  /// arena, and clears that word; for the slot's owner or its recoverer.
  void keep_record(slot& s, std::uint64_t units);

  /// Takes units that belong to nothing into the slot's memory.
  /// If the process is killed inside: they belong to nothing still, or to it.
  void give_back(slot& me, std::uint64_t first, std::uint64_t units);

  /// After a change that retired blocks: now and then tries to reuse, and
  /// leaves what it has too much of to others.
  void retired(slot& me, unsigned count) {
    const std::uint64_t sum = get(me.retired) + count;
    set(me.retired, sum);
    set(me.unlooked, get(me.unlooked) + count);
    // In proportion to the slots, whose pins have to be looked at.
    if (sum < 64 + who_.slot_count()) return;
    const inside_change now(me);
    try {
      advance(me);
      // Seldom: what is given away and taken back again has to be stamped anew.
      if (get(me.unlooked) < retired_per_look) return;
      set(me.unlooked, 0);
      lay_down(me);
    } catch (const std::exception&) {
      // Another's slot is damaged, or memory is short: our change is done, and check() will tell.
    }
  }

  /// Moves the slot's three generations on, if no reader is in the way: what
  /// waited becomes ready, what was retired since begins to wait.
  /// False: a reader pins what waits, or nothing does.
  bool advance(slot& me);

 private:
  static constexpr std::uint32_t retired_per_look = 4096;

  /// Makes room to cut this many units in one piece.
  void refill_units(slot& me, std::uint64_t units);
  [[nodiscard]] bool nobody_reads_up_to(std::uint64_t stamp);
  [[nodiscard]] bool available(slot& me, const shortage& lacking) const;
  bool reuse(slot& me, const shortage& lacking);
  void add_bags(slot& me, const shortage& lacking);
  bool carve_rest(slot& me);
  void clear_spare(slot& me);
  void claim(slot& me, std::uint64_t units);
  bool resume_claim(slot& me);
  std::uint64_t find_free_run(std::uint64_t count);
  void commit(slot& me, block_plan& plan);

  // Exchanges with slots that nobody has: see exchange.cpp.
  void lay_down(slot& me);
  template <typename May, typename Change>
  bool exchange_with_one(slot& me, May may, Change change);
  bool give_surplus(slot& me, unsigned block_class);
  bool take_over(slot& me, const shortage& lacking);
  bool scrape_together(slot& me, std::uint64_t units);
  bool take_over_queue(slot& me, unsigned block_class);
  bool take_over_rest(slot& me, std::uint64_t units);
  void cut_up(slot& me, unsigned block_class);
  void swap_queues(slot& me, slot& other, unsigned block_class);
  [[noreturn]] void explain_shortage(const error& refused);

  segment& memory_;
  participants& who_;
  block_sizes sizes_;
};

}  // namespace telar::detail
