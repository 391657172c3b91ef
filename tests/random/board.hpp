// tests/random/board.hpp: tasks that threads or forked processes take one by
// one, and the five numbers that each task drew.
#pragma once

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <system_error>
#include <vector>

#include "support/crew.hpp"
#include "support/process.hpp"

namespace telar::test {

using row = std::array<std::uint64_t, 5>;

/// Lies in memory that forked children share.
class board {
 public:
  explicit board(std::size_t tasks) : tasks_(tasks) {
    require(tasks <= limit, "a board has no room for so many tasks");
    void* memory = ::mmap(nullptr, sizeof(page), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      throw std::system_error(errno, std::generic_category(), "mmap");
    }
    page_ = new (memory) page;
  }
  ~board() { ::munmap(page_, sizeof(page)); }
  board(const board&) = delete;
  board& operator=(const board&) = delete;

  /// A task that nobody has taken.
  std::optional<std::size_t> take() {
    // Relaxed: it only counts.  Rows are read once the writers have ended.
    const auto task = page_->next.fetch_add(1, std::memory_order_relaxed);
    if (task >= tasks_) return std::nullopt;
    return task;
  }
  void put(std::size_t task, const row& drawn) { page_->rows[task] = drawn; }

  [[nodiscard]] std::vector<row> rows() const {
    return {page_->rows.begin(),
            page_->rows.begin() + static_cast<std::ptrdiff_t>(tasks_)};
  }

 private:
  static constexpr std::size_t limit = 1000;
  struct page {
    std::atomic<std::size_t> next{0};
    std::array<row, limit> rows{};
  };

  std::size_t tasks_;
  page* page_ = nullptr;
};

/// What each task drew; each worker takes the next task as soon as it is free.
inline std::vector<row> draw_by(crew_kind kind, int workers, std::size_t tasks,
                                const std::function<row(std::size_t)>& draw) {
  board taken(tasks);
  crew drawers(kind, workers, [&](int) {
    while (const auto task = taken.take()) taken.put(*task, draw(*task));
  });
  require(drawers.finish(), "a worker failed");
  return taken.rows();
}

}  // namespace telar::test
