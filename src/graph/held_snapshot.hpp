// graph/held_snapshot.hpp: what the copies of a snapshot share: its hold, and the
// handle's core.
#pragma once

#include <telar/snapshot.hpp>

#include <sched.h>

#include "graph/core.hpp"

namespace telar::detail {

class held_snapshot {
 public:
  explicit held_snapshot(std::shared_ptr<core> of)
      : graph(std::move(of)),
        hold_(graph->register_of_snapshots.take(graph->wait, counts)),
        generation_(process_generation()) {}
  ~held_snapshot() {
    // A child that has not used it gives nothing back.
    if (generation_.load() == process_generation()) {
      graph->register_of_snapshots.give_back(hold_);
    }
  }
  held_snapshot(const held_snapshot&) = delete;

  [[nodiscard]] std::uint32_t epoch() const { return hold_.epoch; }

  /// Gets a hold for this process if it is a child of the one that has it.
  /// Without a lock, which another fork could leave locked.
  void follow_fork() {
    const std::uint64_t now = process_generation();
    std::uint64_t seen = generation_.load();
    do {
      while (seen == (now | adopting)) {
        ::sched_yield();
        seen = generation_.load();
      }
      if (seen == now) return;
    } while (!generation_.compare_exchange_weak(seen, now | adopting));
    try {
      // Of an isolated graph the child has everything: see inherit_snapshots.
      if (graph->memory.placement() != placement::isolated) {
        hold_ = graph->register_of_snapshots.adopt(hold_, graph->wait);
      }
    } catch (...) {
      generation_.store(seen & ~adopting);
      throw;
    }
    generation_.store(now);
  }

  std::shared_ptr<core> graph;
  snapshot_counts counts;

 private:
  static constexpr std::uint64_t adopting = std::uint64_t{1} << 63;

  snapshot_hold hold_;
  std::atomic<std::uint64_t>
      generation_;  ///< Of the process that has the hold.
};

}  // namespace telar::detail
