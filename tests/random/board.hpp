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
#include <system_error>
#include <vector>

#include "support/crew.hpp"
#include "support/process.hpp"

namespace telar::test {

using row = std::array<std::uint64_t, 5>;

/// Lies in memory that forked children share.
class board {
 public:
  /// The first `begun` tasks are not for `take`.
  explicit board(std::size_t tasks, std::size_t begun = 0) : tasks_(tasks) {
    require(tasks <= limit, "a board has no room for so many tasks");
    void* memory = ::mmap(nullptr, sizeof(page), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      throw std::system_error(errno, std::generic_category(), "mmap");
    }
    page_ = new (memory) page{.next{begun}};
  }
  ~board() { ::munmap(page_, sizeof(page)); }
  board(const board&) = delete;
  board& operator=(const board&) = delete;

  /// A task that nobody has taken, or one that is not there: they are used up.
  std::size_t take() {
    // Relaxed: it only counts.  Rows are read once the writers have ended.
    return page_->next.fetch_add(1, std::memory_order_relaxed);
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

/// What each task drew.  Each worker begins with the task of its own number, so
/// that all of them draw, and takes the next that is left when it is free.
inline std::vector<row> draw_by(crew_kind kind, int workers, std::size_t tasks,
                                const std::function<row(std::size_t)>& draw) {
  board taken(tasks, static_cast<std::size_t>(workers));
  crew drawers(kind, workers, [&](int worker) {
    for (auto task = static_cast<std::size_t>(worker); task < tasks;
         task = taken.take()) {
      taken.put(task, draw(task));
    }
  });
  require(drawers.finish(), "a worker failed");
  return taken.rows();
}

}  // namespace telar::test
