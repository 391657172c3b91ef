// Batches of several grains: when a worker has nothing to do, half of what
// another has not begun becomes a batch of its own.
//
// The caller does it, and takes it by an exchange of the batch's `left`: so tasks
// are a worker's or the caller's at every instant, whoever dies.
#include <cstring>

#include "parallel/conductor.hpp"

namespace telar::parallel::detail {

/// Counts what the batch has without the parts that were taken from it.
void conductor::settle(batch_cell& cell) const {
  if (pace_.step() == 0) return;
  // Relaxed: its worker is done with it, or dead.
  cell.count = left_of_batch::of(cell.left.load(std::memory_order_relaxed)).end;
}

void conductor::feed_the_hungry() {
  if (!hungry() || free_.empty() || stopping()) return;
  // Before it is looked: who is hungry from now on says so again.
  board_.state().hungry.store(nobody_hungry, std::memory_order_seq_cst);
  while (batch_cell* const from = longest()) {
    std::uint64_t seen = from->left.load(std::memory_order_relaxed);
    left_of_batch left = left_of_batch::of(seen);
    if (left.size() == 0) continue;
    const std::uint32_t grains =
        (left.size() + pace_.step() - 1) / pace_.step();
    const left_of_batch part{left.next + grains / 2 * pace_.step(), left.end};
    left.end = part.next;
    // Relaxed: it says who runs the tasks; what they need was written by us.
    if (from->left.compare_exchange_strong(seen, left.word(),
                                           std::memory_order_relaxed)) {
      return hand_over(*from, part);
    }
  }
}

/// The taken batch of which most has not begun; null: of none is anything left.
batch_cell* conductor::longest() {
  batch_cell* found = nullptr;
  std::uint32_t most = 0;
  for (std::uint32_t i = 0; i < used_; ++i) {
    batch_cell& cell = board_.cell(i);
    if ((cell.state.load(std::memory_order_relaxed) & 0xff) != batch_taken) {
      continue;
    }
    const auto left =
        left_of_batch::of(cell.left.load(std::memory_order_relaxed));
    if (left.size() <= most) continue;
    most = left.size();
    found = &cell;
  }
  return found;
}

/// Queues the part as a batch.
void conductor::hand_over(batch_cell& from, const left_of_batch& part) {
  batch_cell& cell = board_.cell(free_.back());
  cell.first = from.first + part.next;
  cell.from = 0;
  cell.input = from.input;
  cell.count = part.size();
  cell.whole = 0;
  cell.begun.store(0, std::memory_order_relaxed);
  if (fed_) {
    std::memcpy(board_.view(cell).in, board_.view(from).input(part.next),
                part.size() * board_.state().call.in_stride);
  }
  put(cell);
  announce();
}

}  // namespace telar::parallel::detail
