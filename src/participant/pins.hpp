// participant/pins.hpp: a reader's promise to look at nothing older than the
// grace it pins; what was retired before may be in its hands.
#pragma once

#include "participant/intent.hpp"

namespace telar::detail {

/// Pins the present, before the first load of a word.
/// Sequentially consistent: pairs with the fetch_add and the scan of pins in
/// blocks::advance().  Either the reclaimer sees our pin, or we see its newer
/// grace and pin that, and then the words that it stored before.
inline void pin_present(const segment& memory, slot& me) {
  const word64& grace = memory.clocks().grace;
  std::uint64_t seen = grace.load(std::memory_order_acquire);
  for (;;) {
    me.pin.store(seen, std::memory_order_seq_cst);
    const std::uint64_t now = grace.load(std::memory_order_seq_cst);
    if (now == seen) return;
    seen = now;
  }
}

/// Release: pairs with the scan; what we read happened before it is reused.
inline void unpin(slot& me) { me.pin.store(0, std::memory_order_release); }

}  // namespace telar::detail
