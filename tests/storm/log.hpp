// tests/storm/log.hpp: what the participants of a storm have been told, in
// memory that survives them.
#pragma once

#include <sched.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <ctime>
#include <new>
#include <stdexcept>

#include "storm/weave.hpp"

namespace telar::test {

/// What became of a ticket.  Written by whoever drew it, before its call, and
/// after it has returned; then by whoever claims it to change or to remove it.
namespace ticket_state {
inline constexpr std::uint32_t none = 0;
inline constexpr std::uint32_t begun = 1;
// Of an edge.
inline constexpr std::uint32_t added = 2;
inline constexpr std::uint32_t present = 3;  ///< A parallel edge was there.
inline constexpr std::uint32_t changing =
    4;                                       ///< Another payload was asked for,
inline constexpr std::uint32_t changed = 5;  ///< and is there.
inline constexpr std::uint32_t removing = 6;  ///< Its removal was asked for,
inline constexpr std::uint32_t removed = 7;   ///< and is done.
// Of a vertex: its id, plus this; and likewise of its removal.
inline constexpr std::uint32_t vertex = 4;
inline constexpr std::uint32_t vertex_removing = 1u << 30;
inline constexpr std::uint32_t vertex_removed = 1u << 31;
}  // namespace ticket_state

inline std::uint64_t now_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(t.tv_nsec);
}

/// Where a thread is.  Written by it alone, or, when it is dead, by the parent.
struct alignas(64) post {
  std::atomic<std::uint64_t> began{0};    ///< When its call began; 0: in none.
  std::atomic<std::uint64_t> longest{0};  ///< Call, in nanoseconds.

  void begin() { began.store(now_ns(), std::memory_order_relaxed); }
  void end() {
    const std::uint64_t took = now_ns() - began.load(std::memory_order_relaxed);
    if (took > longest.load(std::memory_order_relaxed)) {
      longest.store(took, std::memory_order_relaxed);
    }
    began.store(0, std::memory_order_relaxed);
  }
};

class storm_log {
 public:
  static constexpr std::size_t most_processes = 12;
  static constexpr int most_threads = 3;

  storm_log() {
    void* bytes = ::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes == MAP_FAILED) throw std::runtime_error("no memory for a log");
    board_ = new (bytes) board;
  }
  ~storm_log() { ::munmap(board_, sizeof(board)); }
  storm_log(const storm_log&) = delete;
  storm_log& operator=(const storm_log&) = delete;

  /// The next ticket, which may have to be waited for.
  std::uint64_t draw() {
    const std::uint64_t ticket = board_->next.fetch_add(1);
    while (ticket >= board_->allowed.load()) ::sched_yield();
    return ticket;
  }
  /// Lets writers go on up to this ticket, or to the last one.
  void allow(std::uint64_t ticket) {
    board_->allowed.store(std::min(ticket, weave::tickets));
  }
  [[nodiscard]] std::uint64_t drawn() const {
    return std::min<std::uint64_t>(board_->next.load(), weave::tickets);
  }
  /// Release and acquire: who sees an edge also sees that it was begun.
  void set(std::uint64_t ticket, std::uint32_t state) {
    board_->states[ticket].store(state, std::memory_order_release);
  }
  /// Sets it unless somebody else has meanwhile.
  [[nodiscard]] bool claim(std::uint64_t ticket, std::uint32_t seen,
                           std::uint32_t state) {
    return board_->states[ticket].compare_exchange_strong(seen, state);
  }
  [[nodiscard]] std::uint32_t state(std::uint64_t ticket) const {
    return board_->states[ticket].load(std::memory_order_acquire);
  }
  [[nodiscard]] post& at(std::size_t process, int thread) {
    return board_->posts[process][thread];
  }

  /// Counts what readers have read: the sign that they did.
  std::atomic<std::uint64_t>& reads() { return board_->reads; }
  /// Likewise the snapshots that they took, and looked through.
  std::atomic<std::uint64_t>& snapshots() { return board_->snapshots; }

 private:
  struct board {
    alignas(64) std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint64_t> allowed{0};
    alignas(64) std::atomic<std::uint64_t> reads{0};
    std::atomic<std::uint64_t> snapshots{0};
    post posts[most_processes][most_threads];
    // Zero as the kernel gives it: most of it is never touched.
    std::atomic<std::uint32_t> states[weave::tickets];
    board() {}
  };
  board* board_;
};

}  // namespace telar::test
