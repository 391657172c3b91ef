// benchmarks/executor/calls.cpp: what a call costs: five tiny tasks in a warm
// pool, the first call of a new executor, and the start of a pool.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ranges>

#include "contestants.hpp"
#include "rows.hpp"

namespace bench {
namespace {

constexpr int tiny_tasks = 5;
constexpr auto tiny = [](int i) { return std::sqrt(static_cast<double>(i)); };
constexpr std::chrono::microseconds no_rest{0};
constexpr std::chrono::microseconds rest{2'000};

void verify(const std::vector<double>& roots) {
  if (roots.size() != tiny_tasks) throw std::runtime_error("no five results");
  for (int i = 0; i < tiny_tasks; ++i) {
    if (roots[static_cast<std::size_t>(i)] != tiny(i)) {
      throw std::runtime_error("a wrong root");
    }
  }
}

template <typename Executor>
std::vector<double> call(Executor& executor) {
  return executor.map(tiny, std::views::iota(0, tiny_tasks));
}

std::vector<double> call(loop_runner& run) {
  std::vector<double> roots(tiny_tasks);
  run(tiny_tasks, [&](std::size_t i) { roots[i] = tiny(static_cast<int>(i)); });
  return roots;
}

measured warm(backend who, unsigned workers, unsigned calls,
              std::chrono::microseconds between) {
  return with_executor(who, workers, 0, [&](auto& executor) {
    return time_calls(
        calls, [&] { return call(executor); }, verify, between);
  });
}

measured warm(loop who, unsigned workers, unsigned calls,
              std::chrono::microseconds between) {
  loop_runner run(who, workers, 0);
  return time_calls(
      calls, [&] { return call(run); }, verify, between);
}

measured first(backend who, unsigned workers) {
  const auto start = clock::now();
  return with_executor(who, workers, 0, [&](auto& executor) {
    const auto roots = call(executor);
    const double seconds = seconds_since(start);
    verify(roots);
    return measured{seconds};
  });
}

measured first(loop who, unsigned workers) {
  const auto start = clock::now();
  loop_runner run(who, workers, 0);
  const auto roots = call(run);
  const double seconds = seconds_since(start);
  verify(roots);
  return {seconds};
}

/// Of the pool alone.
measured start_of(backend who, unsigned workers) {
  const auto start = clock::now();
  return with_executor(who, workers, 0, [&](auto& executor) {
    const double seconds = seconds_since(start);
    verify(call(executor));
    return measured{seconds};
  });
}

void add_warm(std::vector<table>& all, const stage& on,
              std::chrono::microseconds between) {
  const settings& how = on.how;
  const bool rested = between != no_rest;
  const unsigned calls = rested ? how.rested_calls : how.tiny_calls;
  table calls_table{
      .key = rested ? "tiny_rested" : "tiny",
      .title = rested ? "A call of 5 tiny tasks in a warm pool that had 2 ms "
                        "to fall asleep"
                      : "A call of 5 tiny tasks in a warm pool, call after "
                        "call",
      .unit = "µs",
      .scale = 1e6,
      .second_title = "99 % below"};
  for (const loop who : loops) {
    calls_table.rows.push_back(
        {.name = name_of(who), .measure = apart([=] {
                                 return warm(who, how.workers, calls, between);
                               })});
  }
  for (const backend who : backends) {
    const unsigned times =
        who == backend::processes ? std::min(calls, how.slow_calls) : calls;
    row r{.name = telar_row(who),
          .measure =
              apart([=] { return warm(who, how.workers, times, between); })};
    if (who == backend::workers) {
      r.goals = {{goal::of::value, goal::side::most, 100}};
    }
    calls_table.rows.push_back(std::move(r));
  }
  for (const peer& who : python_peers) {
    calls_table.rows.push_back(on.python.make_row(
        who, who.name,
        {{"measure", "tiny"},
         {"workers", how.workers},
         {"calls", std::min(calls, how.slow_calls)},
         {"rest", std::chrono::duration<double>(between).count()}}));
  }
  all.push_back(std::move(calls_table));
}

}  // namespace

void add_calls(std::vector<table>& all, const stage& on) {
  add_warm(all, on, no_rest);
  add_warm(all, on, rest);
}

void add_starts(std::vector<table>& all, const stage& on) {
  const unsigned workers = on.how.workers;
  table calls{.key = "first_call",
              .title = "A new executor and its first call, of 5 tiny tasks",
              .unit = "ms",
              .scale = 1e3};
  for (const loop who : loops) {
    calls.rows.push_back({.name = name_of(who), .measure = apart([=] {
                                                  return first(who, workers);
                                                })});
  }
  for (const backend who : backends) {
    calls.rows.push_back({.name = telar_row(who), .measure = apart([=] {
                                                    return first(who, workers);
                                                  })});
  }
  table starts{.key = "start",
               .title = fmt::format("A new pool with {} workers", workers),
               .unit = "ms",
               .scale = 1e3};
  for (const backend who : {backend::threads, backend::workers}) {
    row r{.name = telar_row(who),
          .measure = apart([=] { return start_of(who, workers); })};
    if (who == backend::workers) {
      r.goals = {{goal::of::value, goal::side::most, 5}};
    }
    starts.rows.push_back(std::move(r));
  }
  for (const peer& who : python_peers) {
    calls.rows.push_back(on.python.make_row(
        who, who.name, {{"measure", "first_call"}, {"workers", workers}}));
  }
  // joblib starts its workers at the first call.
  starts.rows.push_back(
      on.python.make_row(multiprocessing, multiprocessing.name,
                         {{"measure", "start"}, {"workers", workers}}));
  all.push_back(std::move(calls));
  all.push_back(std::move(starts));
}

}  // namespace bench
