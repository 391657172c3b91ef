// benchmarks/executor/contestants.hpp: who runs the tasks, within C++.
#pragma once

#include <omp.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <telar/parallel.hpp>
#include <thread>
#include <vector>

#include "settings.hpp"
#include "support/runner.hpp"
#include "support/workers.hpp"
#include "table.hpp"

namespace bench {

using telar::parallel::backend;

inline constexpr backend backends[] = {backend::sequential, backend::threads,
                                       backend::processes, backend::workers};

inline std::string telar_row(backend who) {
  return "telar, " + std::string(telar::parallel::to_string(who));
}

/// Tasks at a time; 0: the contestant's own choice.
using grain = unsigned;

inline std::string with_grain(const std::string& name, grain size) {
  return name + (size == 0 ? ", auto" : ", grain " + std::to_string(size));
}

/// Calls `use(executor)` with an executor of that backend.
template <typename Use>
auto with_executor(backend who, unsigned workers, grain size, const Use& use) {
  telar::parallel::options how{.backend = who,
                               .workers = static_cast<int>(workers)};
  if (size != 0) how.grain = size;
  if (who == backend::workers) {
    telar::parallel::worker_pool pool(how);
    return use(pool);
  }
  telar::parallel::executor executor(how);
  return use(executor);
}

/// A loop, OpenMP or oneTBB; each calls `body(i)` for i in [0, count).
enum class loop { plain, openmp, tbb };
inline constexpr loop loops[] = {loop::plain, loop::openmp, loop::tbb};

inline std::string name_of(loop who) {
  return who == loop::plain    ? plain_name
         : who == loop::openmp ? "OpenMP"
                               : "oneTBB";
}

/// schedule(static) is what OpenMP does when it is not told.
template <typename Body>
void openmp_loop(unsigned workers, grain size, std::size_t count,
                 const Body& body) {
  const int threads = static_cast<int>(workers);
  if (size == 0) {
#pragma omp parallel for num_threads(threads) schedule(static)
    for (std::size_t i = 0; i < count; ++i) body(i);
  } else if (size == 1) {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (std::size_t i = 0; i < count; ++i) body(i);
  } else {
#pragma omp parallel for num_threads(threads) schedule(dynamic, size)
    for (std::size_t i = 0; i < count; ++i) body(i);
  }
}

template <typename Body>
void tbb_loop(tbb::task_arena& arena, grain size, std::size_t count,
              const Body& body) {
  const auto piece = [&](const tbb::blocked_range<std::size_t>& part) {
    for (std::size_t i = part.begin(); i != part.end(); ++i) body(i);
  };
  arena.execute([&] {
    if (size == 0) {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count), piece,
                        tbb::auto_partitioner());
    } else {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, size), piece,
                        tbb::simple_partitioner());
    }
  });
}

class loop_runner {
 public:
  loop_runner(loop who, unsigned workers, grain size)
      : who_(who),
        workers_(workers),
        grain_(size),
        arena_(static_cast<int>(workers)) {}

  template <typename Body>
  void operator()(std::size_t count, const Body& body) {
    if (who_ == loop::tbb) return tbb_loop(arena_, grain_, count, body);
    if (who_ == loop::openmp) return openmp_loop(workers_, grain_, count, body);
    for (std::size_t i = 0; i < count; ++i) body(i);
  }

 private:
  loop who_;
  unsigned workers_;
  grain grain_;
  tbb::task_arena arena_;  ///< Starts its threads when it is first used.
};

/// The measurement in a process of its own, in which no thread has begun.
template <typename Body>
std::function<measured()> apart(Body body) {
  return [body] { return in_own_process<measured>(body); };
}

using clock = std::chrono::steady_clock;

inline double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

/// The value that 99 of 100 are not above.
double percentile_99(std::vector<double> values);

/// Times `call()` as often, after one that is not timed, and gives each result
/// to `verify`.  `rest` passes between two calls.
template <typename Call, typename Verify>
measured time_calls(unsigned calls, const Call& call, const Verify& verify,
                    std::chrono::microseconds rest = {}) {
  verify(call());
  std::vector<double> seconds;
  for (unsigned i = 0; i < calls; ++i) {
    if (rest.count() > 0) std::this_thread::sleep_for(rest);
    const auto start = clock::now();
    const auto result = call();
    seconds.push_back(seconds_since(start));
    verify(result);
  }
  return {median(seconds), percentile_99(seconds)};
}

}  // namespace bench
