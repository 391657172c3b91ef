// The checker: the feed of changes.
#include <algorithm>

#include "graph/checker.hpp"

namespace telar::detail {

void checker::check_feed() {
  if (!memory_.feeds()) return;
  const clocks& bounds = memory_.clocks();
  if (const std::uint32_t owner = bounds.changes_owner.load()) {
    problem("The feed of changes is held by participant " +
            std::to_string((owner & ~waiters) - 1) +
            ", which is not at work (I8).");
  }
  const std::uint64_t last = bounds.changes_head.load();
  const std::uint64_t most = memory_.what().changes - 1;
  for (std::uint64_t i = 0; i < std::min(last, most) && !full(); ++i) {
    const std::uint64_t number = last - i;
    if (!is_possible(memory_.change(number), number)) {
      problem("Change " + std::to_string(number) +
              " of the feed cannot be (I18).");
    }
  }
}

bool checker::is_possible(const change_entry& entry,
                          std::uint64_t number) const {
  return entry.number.load() == number &&
         entry.epoch.load() <= memory_.clocks().epoch.load() &&
         detail::is_possible(static_cast<change_kind>(entry.kind.load()),
                             entry.ends.load(), report_.vertices);
}

}  // namespace telar::detail
