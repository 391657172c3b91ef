// cli/import_board.hpp: what the workers of an import and their parent tell
// each other, in memory that threads and forked processes share alike.
#pragma once

#include <algorithm>
#include <atomic>
#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>

#include <telar/error.hpp>

namespace telar::cli {

inline constexpr std::uint64_t nowhere = ~std::uint64_t{0};

/// Something that went wrong, and at which byte of the window.
struct incident {
  std::uint64_t at = nowhere;
  bool malformed = false;  ///< The line is; otherwise the graph refused it.
  errc code{};
  char message[480] = {};

  [[nodiscard]] bool happened() const noexcept { return message[0] != 0; }

  void record(std::uint64_t where, bool line, errc why,
              std::string_view text) noexcept {
    at = where;
    malformed = line;
    code = why;
    message[text.copy(message, sizeof message - 1)] = 0;
  }
};

/// One worker's.  It alone writes; the counters are read meanwhile, the
/// incidents when it has ended.
struct alignas(64) worker_tally {
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> edges_read{0};
  std::atomic<std::uint64_t> edges_added{0};
  std::atomic<std::uint64_t> skipped{0};
  incident failed;
  incident first_skipped;
};

/// Everybody's.
struct alignas(64) import_notes {
  /// Workers stop at this byte of the window: a line before it was malformed.
  /// Those that are before it go on, so that the first such line is found.
  std::atomic<std::uint64_t> stop_at{nowhere};

  void stop_at_or_before(std::uint64_t where) noexcept {
    std::uint64_t current = stop_at.load();
    while (where < current && !stop_at.compare_exchange_weak(current, where)) {
    }
  }
};

class import_board {
 public:
  explicit import_board(unsigned workers)
      : memory_(boost::interprocess::anonymous_shared_memory(
            sizeof(import_notes) + workers * sizeof(worker_tally))) {
    auto* first = static_cast<std::byte*>(memory_.get_address());
    notes_ = new (first) import_notes;
    auto* tallies = reinterpret_cast<worker_tally*>(first + sizeof *notes_);
    for (unsigned i = 0; i < workers; ++i) new (tallies + i) worker_tally;
    tallies_ = {tallies, workers};
  }

  [[nodiscard]] import_notes& notes() const noexcept { return *notes_; }
  [[nodiscard]] std::span<worker_tally> tallies() const noexcept {
    return tallies_;
  }

  /// The sum of one counter over all workers.
  [[nodiscard]] std::uint64_t sum(
      std::atomic<std::uint64_t> worker_tally::*counter) const noexcept {
    std::uint64_t total = 0;
    for (const worker_tally& t : tallies_) total += (t.*counter).load();
    return total;
  }

 private:
  boost::interprocess::mapped_region memory_;
  import_notes* notes_ = nullptr;
  std::span<worker_tally> tallies_;
};

}  // namespace telar::cli
