// fork_randomness: ten tasks draw five numbers below 15 each, and ten vectors
// are what one hopes for.
//
//   $ fork_randomness
//   one engine, one process
//     0: [12, 5, 0, 3, 11]
//     1: [3, 7, 9, 3, 5]
//     2: [2, 4, 7, 6, 8]
//     3: [8, 12, 10, 1, 6]
//     4: [7, 7, 14, 8, 1]
//     5: [5, 9, 13, 8, 9]
//     6: [4, 3, 0, 3, 5]
//     7: [14, 0, 2, 3, 8]
//     8: [1, 3, 13, 3, 3]
//     9: [14, 7, 0, 1, 9]
//   one engine under a lock, 4 threads
//     the same ten vectors; which task has which is the schedule's choice
//   the trap: one engine, inherited by 4 forked workers
//     [12, 5, 0, 3, 11] drawn by 4 tasks
//     [3, 7, 9, 3, 5] drawn by 3 tasks
//     [2, 4, 7, 6, 8] drawn by 2 tasks
//     [8, 12, 10, 1, 6] drawn by 1 task
//   the cure: a stream for each task, whoever runs it
//     0: [1, 12, 12, 7, 0]
//     1: [1, 13, 2, 12, 9]
//     …
//   the cure with numpy's engine: std::mt19937(task), whoever runs it
//     0: [12, 5, 0, 3, 11]
//     1: [5, 11, 12, 8, 9]
//     …
//
// Only the trap's lines differ from run to run.  Every worker inherited the
// same state and begins with the first vector; how many of the next it draws
// depends on how many tasks it gets.  So the counts begin at the number of
// workers and never rise, and the last vectors of the sequence are not drawn at
// all.  Under "whoever runs it" one process, 4 threads and 4 forked workers have
// drawn the same; the program fails if they have not.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <mutex>
#include <random>
#include <stdexcept>
#include <telar/random.hpp>
#include <telar/random/legacy_integers.hpp>
#include <thread>
#include <vector>

#include "support/crew.hpp"
#include "support/shared.hpp"

namespace {

constexpr unsigned tasks = 10;
constexpr unsigned workers = 4;
constexpr std::uint32_t bound = 15;

using numbers = std::array<std::uint32_t, 5>;
using table = std::array<numbers, tasks>;
using task_work = std::function<numbers(unsigned task)>;

/// The tasks that are left, and what the others have drawn.
struct board {
  std::atomic<unsigned> next{workers};
  table drawn{};
};

/// A worker begins with the task of its own number, so that each gets one, and
/// then takes whichever is next.  The counter orders nothing but itself: rows
/// are read when the workers have ended.
void work_at(board& tasks_left, unsigned worker, const task_work& draw) {
  for (unsigned task = worker; task < tasks;
       task = tasks_left.next.fetch_add(1, std::memory_order_relaxed)) {
    tasks_left.drawn[task] = draw(task);
  }
}

table by_one(const task_work& draw) {
  table drawn;
  for (unsigned task = 0; task < tasks; ++task) drawn[task] = draw(task);
  return drawn;
}

table by_threads(const task_work& draw) {
  board left;
  {
    std::vector<std::jthread> threads;
    for (unsigned worker = 0; worker < workers; ++worker) {
      threads.emplace_back([&, worker] { work_at(left, worker, draw); });
    }
  }
  return left.drawn;
}

table by_processes(const task_work& draw) {
  const demo::shared<board> left;
  demo::crew crew("fork_randomness", workers,
                  [&](unsigned worker) { work_at(*left, worker, draw); });
  if (!crew.join()) throw std::runtime_error("a worker failed");
  return left->drawn;
}

/// The engine that the whole program shares, as numpy.random.seed(0) makes it.
std::mt19937 engine(0);
std::mutex engine_lock;

/// numpy.random.randint(15, size=5)
numbers draw_from(std::mt19937& source) {
  numbers drawn;
  std::ranges::copy(telar::random::legacy_integers(source, bound, drawn.size()),
                    drawn.begin());
  return drawn;
}

numbers draw_from_engine(unsigned) {
  const std::lock_guard held(engine_lock);
  return draw_from(engine);
}

numbers draw_from_stream(unsigned task) {
  telar::random::stream stream(0, task);
  std::uniform_int_distribution<std::uint32_t> below(0, bound - 1);
  numbers drawn;
  std::ranges::generate(drawn, [&] { return below(stream); });
  return drawn;
}

numbers draw_from_own_engine(unsigned task) {
  std::mt19937 own(task);
  return draw_from(own);
}

void show(const table& drawn) {
  for (unsigned task = 0; task < tasks; ++task) {
    fmt::print("  {}: {}\n", task, drawn[task]);
  }
}

/// How often each vector of the sequence was drawn.
void show_repetition(const table& sequence, const table& drawn) {
  for (const numbers& vector : sequence) {
    const auto count = std::ranges::count(drawn, vector);
    if (count == 0) break;
    fmt::print("  {} drawn by {} task{}\n", vector, count,
               count == 1 ? "" : "s");
  }
}

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

/// Whoever runs the tasks, the numbers are these.
void show_cure(const task_work& draw) {
  const table drawn = by_one(draw);
  require(by_threads(draw) == drawn, "threads drew other numbers");
  require(by_processes(draw) == drawn, "processes drew other numbers");
  show(drawn);
}

}  // namespace

int main() try {
  fmt::print("one engine, one process\n");
  const table sequence = by_one(draw_from_engine);
  show(sequence);

  fmt::print("one engine under a lock, {} threads\n", workers);
  engine.seed(0);
  require(std::ranges::is_permutation(by_threads(draw_from_engine), sequence),
          "threads drew other vectors");
  fmt::print(
      "  the same ten vectors; which task has which is the schedule's "
      "choice\n");

  fmt::print("the trap: one engine, inherited by {} forked workers\n", workers);
  engine.seed(0);
  show_repetition(sequence, by_processes(draw_from_engine));

  fmt::print("the cure: a stream for each task, whoever runs it\n");
  show_cure(draw_from_stream);
  fmt::print(
      "the cure with numpy's engine: std::mt19937(task), whoever runs it\n");
  show_cure(draw_from_own_engine);
} catch (const std::exception& failure) {
  fmt::print(stderr, "fork_randomness: {}\n", failure.what());
  return 1;
}
