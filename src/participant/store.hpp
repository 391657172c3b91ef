// participant/store.hpp: what slots that nobody has offer to others: a hint, so
// that nobody has to look at all slots to find that there is nothing.
#pragma once

#include <cstdint>

#include <telar/detail/layout.hpp>

#include "participant/intent.hpp"

namespace telar::detail {

/// How many blocks of a queue are to be had.
inline std::uint64_t ready_in(const queue& q) {
  const std::uint64_t head = get(q.head);
  const std::uint64_t ready = get(q.ready);
  return head < ready ? ready - head : 0;
}

/// Says that there are blocks of these classes, a bit each.
inline void offer(clocks& bounds, std::uint32_t classes) {
  // Relaxed: who does not see it cuts new memory instead.
  if ((get(bounds.store) & classes) != classes) {
    bounds.store.fetch_or(classes, std::memory_order_relaxed);
  }
}

/// What its participant leaves behind.
inline void offer_all(clocks& bounds, const slot& s) {
  std::uint32_t classes = 0;
  for (unsigned c = 0; c <= version_class; ++c) {
    if (ready_in(s.queues[c]) != 0) classes |= std::uint32_t{1} << c;
  }
  offer(bounds, classes);
}

}  // namespace telar::detail
