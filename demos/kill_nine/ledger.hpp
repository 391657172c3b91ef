// demos/kill_nine/ledger.hpp: which edges were acknowledged, in memory that
// outlives whoever was told.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <new>
#include <system_error>
#include <telar/graph.hpp>
#include <vector>

namespace demo {

/// Edges have numbers.  Each joins one of a few vertices that everybody works
/// at, the *warp*, with another vertex, and no other edge joins the two.
inline constexpr std::uint64_t warp = 16;
inline telar::endpoints ends_of(std::uint64_t number) {
  return {static_cast<telar::vertex_id>(number % warp),
          static_cast<telar::vertex_id>(warp + number / warp)};
}
inline std::uint64_t number_of(telar::vertex_id in_warp, telar::vertex_id v) {
  return (v - warp) * warp + in_warp;
}

/// Shared with the processes that are forked later.
class ledger {
 public:
  explicit ledger(std::uint64_t edges)
      : edges_(edges), bytes_(sizeof(head) + edges) {
    void* memory = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      throw std::system_error(errno, std::generic_category(), "mmap");
    }
    head_ = new (memory) head;
    told_ = reinterpret_cast<std::atomic<bool>*>(head_ + 1);  // zeros: false
  }
  ~ledger() { ::munmap(head_, bytes_); }
  ledger(const ledger&) = delete;
  ledger& operator=(const ledger&) = delete;

  [[nodiscard]] std::uint64_t edges() const { return edges_; }

  /// A number that nobody else gets; `edges()` or more: there are none left.
  std::uint64_t draw() { return head_->next.fetch_add(1); }
  /// How many may be drawn by now.
  void allow(std::uint64_t numbers) { head_->allowed = numbers; }
  [[nodiscard]] bool allows(std::uint64_t number) const {
    return number < std::min<std::uint64_t>(head_->allowed, edges_);
  }

  /// The call that inserted it has returned, after so many nanoseconds.
  void acknowledge(std::uint64_t number, std::int64_t took) {
    told_[number] = true;
    head_->count.fetch_add(1, std::memory_order_relaxed);
    std::int64_t longest = head_->longest;
    while (took > longest &&
           !head_->longest.compare_exchange_weak(longest, took)) {
    }
  }
  [[nodiscard]] bool acknowledged(std::uint64_t number) const {
    return told_[number];
  }
  [[nodiscard]] std::uint64_t count() const { return head_->count; }
  [[nodiscard]] double longest_ms() const {
    return static_cast<double>(head_->longest) / 1e6;
  }

 private:
  struct head {
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint64_t> allowed{0};
    std::atomic<std::uint64_t> count{0};
    std::atomic<std::int64_t> longest{0};
  };
  std::uint64_t edges_;
  std::size_t bytes_;
  head* head_;
  std::atomic<bool>* told_;
};

/// What became of the acknowledged edges, and of others.
struct account {
  std::uint64_t acknowledged = 0;
  std::vector<std::uint64_t> missing{};  ///< Of these, or torn: their numbers.
  std::uint64_t unacknowledged = 0;      ///< Whole, but their writer was dead.
};

/// Looks every edge up, at both of its ends.
[[nodiscard]] account look_up(const telar::graph& g, const ledger& of);

}  // namespace demo
