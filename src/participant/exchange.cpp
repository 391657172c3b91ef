// Memory that goes from one slot to another: both belong to one participant
// meanwhile, and a single intent of its own slot changes both (I17).
//
// Marks tell whoever gets the other slot if that participant dies: the slot is
// not to be used before its taker's intent has been finished, which would
// otherwise be applied over newer words.
#include "error/raise.hpp"
#include "participant/intent.hpp"
#include "participant/participants.hpp"

namespace telar::detail {

bool participants::exchange(slot& me, std::uint32_t index,
                            const std::function<void(slot&)>& change) {
  slot& other = memory_.slot(index);
  bool idle = false;
  (void)try_recover_and(index, [&] {
    idle = get(other.removing) == 0 && settle_exchange(index);
    if (!idle) return;
    set(me.partner, index + 1);
    keep_order();
    set(other.taker, index_of(me) + 1);
    keep_order();
    try {
      change(other);
    } catch (...) {
      // A thread that ends in the middle leaves the marks to its recoverer.
      if (phase_of(get(me.intent.state)) != phase_committed) {
        end_exchange(index_of(me));
      }
      throw;
    }
    keep_order();
    end_exchange(index_of(me));
  });
  return idle;
}

void participants::end_exchange(std::uint32_t index) {
  slot& s = memory_.slot(index);
  const std::uint32_t partner = get(s.partner);
  if (partner == 0) return;
  if (partner > slot_count()) fail_exchange(index);
  slot& other = memory_.slot(partner - 1);
  // Release: pairs with settle_exchange(); what the intent changed is there.
  std::uint32_t mine = index + 1;
  other.taker.compare_exchange_strong(mine, 0, std::memory_order_release,
                                      std::memory_order_relaxed);
  keep_order();
  // Release: pairs with settle_exchange().
  s.partner.store(0, std::memory_order_release);
}

bool participants::settle_exchange(std::uint32_t index) {
  word32& taker = memory_.slot(index).taker;
  std::uint32_t by = taker.load(std::memory_order_acquire);
  if (by == 0) return true;
  if (by > slot_count() || by == index + 1) fail_exchange(index);
  // It had our life-lock: it is dead, or being recovered by somebody else.
  (void)try_recover(by - 1);
  // Nobody begins one while we have the lock; and a partner is forgotten after
  // this mark.  So what is left is of a file whose pages were not all written.
  if (memory_.slot(by - 1).partner.load(std::memory_order_acquire) !=
      index + 1) {
    taker.compare_exchange_strong(by, 0, std::memory_order_acq_rel,
                                  std::memory_order_acquire);
  }
  return taker.load(std::memory_order_acquire) == 0;
}

void participants::fail_exchange(std::uint32_t index) const {
  raise(errc::corrupt, memory_.name() + ": the partner of participant " +
                           std::to_string(index) + " is damaged (I17).");
}

}  // namespace telar::detail
