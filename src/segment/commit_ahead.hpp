// segment/commit_ahead.hpp: how much memory to commit at once.
#pragma once

#include <cstdint>

#include <telar/detail/layout.hpp>
#include <telar/error.hpp>

namespace telar::detail {

inline std::uint64_t page_up(std::uint64_t bytes) {
  return (bytes + page - 1) / page * page;
}

/// Commits ahead of need, or, when that is refused, just what is needed.
template <typename Commit>
void commit_ahead(std::uint64_t ahead, std::uint64_t needed,
                  const Commit& commit_to) {
  try {
    commit_to(ahead);
  } catch (const error& refused) {
    if (refused.code() != errc::no_space || ahead == needed) throw;
    commit_to(needed);
  }
}

}  // namespace telar::detail
