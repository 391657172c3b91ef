// adjacency/block_plan.hpp: which blocks one change takes and gives back.
//
// A plan works on copies of the slot's arena and queues.  It writes nothing
// that counts before the commit: entries beyond a queue's tail only.  What it
// changed goes into the intent as absolute values, so giving a plan up needs no
// undoing, and a block can be neither lost nor taken twice (I3, I9, I11).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "adjacency/block_sizes.hpp"
#include "participant/intent.hpp"

namespace telar::detail {

class block_plan {
 public:
  block_plan(const segment& memory, slot& s, const block_sizes& sizes)
      : memory_(memory),
        slot_(s),
        sizes_(sizes),
        arena_(arena::unpack(get(s.arena))),
        spare_(arena::unpack(get(s.spare))) {}

  /// A block of this class: one that was retired, or cut from the arena.
  /// 0: there is none; the slot must refill.
  std::uint64_t take(unsigned block_class);

  /// The next number of a queue that may be taken; false: there is none.
  bool take_entry(unsigned block_class, std::uint64_t& entry);
  /// Puts a number into a queue; false as `retire`.
  bool push(unsigned block_class, std::uint64_t entry);

  /// Cuts from the arena, or from the spare but for `carving_units`.
  /// 0: too little is left.
  std::uint64_t cut(std::uint64_t units);

  /// Gives a block back: it is reused when no reader can see it any more.
  /// False: its queue has no room for the entry; the slot must add a bag.
  bool retire(unsigned block_class, std::uint64_t block);

  /// Moves a piece of the arena to the back of a queue.  False as above, or
  /// if the arena is too small.
  bool carve(unsigned block_class);

  /// Puts a new bag into the ring of a queue.  False: no room to cut it from.
  /// Carving may use the units that are kept for it.
  /// Requires: `retire` has just found no room there.
  bool add_bag(unsigned block_class, bool carving = false);

  /// Makes `run` the spare, which must be used up.
  void set_spare(arena run) { spare_ = run; }
  /// Continues with the spare; the rest of the arena must have been carved.
  void use_spare() {
    arena_ = spare_;
    spare_ = {};
  }
  [[nodiscard]] const arena& current() const { return arena_; }
  [[nodiscard]] const arena& spare() const { return spare_; }

  /// Gives the first `bags` bags of a queue, all of whose entries are ready, to
  /// the same queue of another slot, and takes the empty bags of that.
  /// Requires: that queue is empty, and this one has more entries.
  void give_bags(slot& other, unsigned block_class, std::uint64_t bags);

  /// Adds one more absolute store to the intent.
  void store(word64& target, std::uint64_t value);

  /// Writes what changed into the intent's redo, after `store`s; returns how
  /// many stores there are.
  std::uint32_t record();

  /// How many blocks were retired.
  [[nodiscard]] unsigned retired() const { return retired_; }

 private:
  /// A queue as it will be.
  struct touched {
    unsigned block_class;
    std::uint64_t head;
    std::uint64_t tail;
    std::uint64_t head_bag;
    std::uint64_t tail_bag;
  };

  std::uint64_t cut_from(arena& from, std::uint64_t units);
  touched& touch(unsigned block_class);
  [[nodiscard]] std::uint64_t offset_of(const word64& word) const;
  [[nodiscard]] bag& bag_at(std::uint64_t number) const;
  [[nodiscard]] std::uint64_t next_bag(std::uint64_t number) const;

  const segment& memory_;
  slot& slot_;
  const block_sizes& sizes_;
  arena arena_;
  arena spare_;
  std::array<touched, 8> touched_;  // not zeroed: a plan is made very often
  unsigned touched_count_ = 0;
  unsigned stores_ = 0;
  unsigned retired_ = 0;
};

}  // namespace telar::detail
