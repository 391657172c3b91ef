// Calls within calls, start hooks, progress.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ranges>
#include <stdexcept>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "parallel/backends.hpp"

using namespace telar;
using namespace telar::test;

namespace {

const auto any_backend = [] {
  return GENERATE(backend::sequential, backend::threads, backend::processes,
                  backend::workers);
};

const auto half = [](int i) { return i / 2; };

}  // namespace

TEST_CASE("a call inside a task runs there, and a second call is busy",
          "[parallel][error][process]") {
  const team who{
      GENERATE(backend::sequential, backend::threads, backend::processes), 2};
  CAPTURE(who);
  parallel::executor outer(who.options());
  const auto one_more = [](int i) { return i + 1; };
  const auto sums = outer.map(
      [&](int i) {
        if (!parallel::this_task::inside()) throw std::logic_error("outside");
        const auto before = parallel::this_task::index();
        parallel::worker_pool inner({.workers = 2});
        const auto more = inner.map(one_more, std::vector{i, i});
        const auto same = outer.map(one_more, std::vector{i});
        if (!inner.processes().empty() ||
            before != parallel::this_task::index()) {
          throw std::logic_error("processes multiply");
        }
        return more[0] + more[1] + same[0];
      },
      std::vector{1, 2, 3});
  CHECK(sums == std::vector{6, 9, 12});
  CHECK_FALSE(parallel::this_task::inside());

  errc code{};
  parallel::executor other(who.options());
  outer.map_unordered(
      [&](std::uint64_t, int) {
        code = failure_of([&] {
                 return outer.map(one_more, std::vector{1});
               }).code;
        if (other.map(one_more, std::vector{1})[0] != 2) code = {};
      },
      one_more, std::vector{1});
  CHECK(code == errc::busy);
}

TEST_CASE("a pool made in a task has no workers, whoever runs the task",
          "[parallel][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::worker_pool pool(who.options());
  const auto sums = pool.map(
      [](int i) {
        parallel::worker_pool inner({.workers = 8});
        const auto me = ::getpid();
        const auto ran =
            inner.map([](int) { return ::getpid(); }, std::views::iota(0, 20));
        return static_cast<int>(std::ranges::count(ran, me)) +
               (inner.processes().empty() ? i : 1000);
      },
      std::vector{1, 2, 3});
  CHECK(sums == std::vector{21, 22, 23});
}

TEST_CASE("two calls at once on one executor are refused, two executors not",
          "[parallel][process][error]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::worker_pool pool(who.options());
  parallel::worker_pool other(who.options());
  errc code{};
  int found = 0;
  pool.map_unordered(
      [&](std::uint64_t, int) {
        std::thread([&] {
          code =
              failure_of([&] { return pool.map(half, std::vector{1}); }).code;
        }).join();
        found = other.map(half, std::vector{8})[0];
      },
      half, std::vector{1});
  CHECK(code == errc::busy);
  CHECK(found == 4);
  CHECK(pool.map(half, std::vector{6}) == std::vector{3});
}

TEST_CASE("the start hook runs once in each worker, and its failure is told",
          "[parallel][error][process]") {
  const team who{any_backend(), 4};
  CAPTURE(who);
  static std::atomic<int> started[4];
  for (auto& each : started) each.store(0);
  parallel::options how = who.options();
  how.on_start = [](unsigned worker) { started[worker].fetch_add(1); };
  how.grain = 1;
  parallel::worker_pool pool(how);
  for (int call = 0; call < 3; ++call) {
    const auto seen = pool.map(
        [](int) { return started[parallel::this_task::worker()].load(); },
        std::views::iota(0, 50));
    CHECK(seen == std::vector<int>(50, 1));
  }
  how.on_start = [](unsigned) { throw std::runtime_error("no licence"); };
  parallel::worker_pool broken(how);
  try {
    for (int call = 0; call < 100; ++call) {
      (void)broken.map(half, std::vector{0, 2, 4, 6});
    }
    FAIL("nobody said it");
  } catch (const std::exception& thrown) {
    CHECK_THAT(thrown.what(), Catch::Contains("no licence"));
  }
}

TEST_CASE("progress says how many are done, of how many, and how fast",
          "[parallel][process]") {
  const team who{any_backend(), 2};
  CAPTURE(who);
  std::vector<parallel::progress> seen;
  parallel::options how = who.options();
  how.progress = [&](const parallel::progress& now) { seen.push_back(now); };
  how.progress_interval = std::chrono::milliseconds(0);
  how.grain = 1;
  parallel::worker_pool pool(how);
  (void)pool.map(half, std::vector{0, 2, 4, 6});
  REQUIRE_FALSE(seen.empty());
  for (std::size_t i = 1; i < seen.size(); ++i) {
    CHECK(seen[i].done >= seen[i - 1].done);
  }
  for (const auto& each : seen) CHECK(each.ended == (&each == &seen.back()));
  CHECK(seen.back().done == 4);
  CHECK(seen.back().total == 4u);
  CHECK(seen.back().per_second > 0);
  CHECK(seen.back().remaining->count() == 0);
}

TEST_CASE("a progress bar fits its line", "[parallel]") {
  parallel::progress now;
  now.done = 50;
  now.total = 100;
  now.per_second = 25'000;
  now.remaining = std::chrono::duration<double>(2);
  const std::string line = parallel::progress_bar::line("squares", now, 60);
  CHECK(line == "squares [##########..........] 50 of 100, 25.0 k/s, 2 s left");
  CHECK(parallel::progress_bar::line("squares", now, 20).size() == 20);
  now.total.reset();
  now.remaining.reset();
  CHECK(parallel::progress_bar::line("", now, 60) == " 50, 25.0 k/s");
}
