// Threads beside each other: what ThreadSanitizer looks at.
#include <atomic>
#include <chrono>
#include <numeric>
#include <ranges>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "parallel/backends.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;

TEST_CASE("as many threads run at once as were asked for",
          "[parallel][concurrent]") {
  const int workers = GENERATE(1, 2, 4, 8);
  parallel::executor with({.backend = backend::threads, .workers = workers});
  std::atomic<int> here{0};
  const auto deadline = std::chrono::steady_clock::now() + watchdog_limit;
  // Each waits for all others: it ends only if they are there.
  const auto threads = with.map(
      [&](int) {
        here.fetch_add(1);
        while (here.load() < workers) {
          if (std::chrono::steady_clock::now() > deadline) return 1;
          std::this_thread::yield();
        }
        return 0;
      },
      std::views::iota(0, workers));
  CHECK(std::accumulate(threads.begin(), threads.end(), 0) == 0);
  CHECK(here.load() == workers);
}

TEST_CASE("threads hand over inputs and results whole",
          "[parallel][concurrent]") {
  const int workers = GENERATE(2, 4, 8);
  parallel::executor with({.backend = backend::threads, .workers = workers});
  for (int call = 0; call < 20; ++call) {
    std::vector<std::string> words(200, "warp");
    const auto sizes = with.map(
        [](std::string& word) {
          word += " and weft";
          return std::vector<char>(word.begin(), word.end());
        },
        words);
    for (std::size_t i = 0; i < words.size(); ++i) {
      REQUIRE(words[i] == "warp and weft");
      REQUIRE(sizes[i].size() == words[i].size());
    }
    // A range without random access: its items are handed over one by one.
    auto lengths = words | std::views::filter([](const std::string& word) {
                     return !word.empty();
                   });
    const auto copies =
        with.map([](std::string word) { return word + "!"; }, lengths);
    REQUIRE(copies.size() == 200);
    REQUIRE(copies[199] == "warp and weft!");
  }
}

TEST_CASE("tiny calls one after another lose nothing",
          "[parallel][concurrent]") {
  parallel::executor with({.backend = backend::threads, .workers = 4});
  const std::vector<int> numbers{1, 2, 3, 4, 5};
  for (int call = 0; call < 500; ++call) {
    REQUIRE(with.map([call](int i) { return i * call; }, numbers)[4] ==
            5 * call);
  }
}

TEST_CASE("threads of two executors run side by side",
          "[parallel][concurrent]") {
  std::atomic<int> sum{0};
  const auto work = [&] {
    parallel::executor with({.backend = backend::threads, .workers = 3});
    for (int call = 0; call < 20; ++call) {
      with.for_each([&](int i) { sum.fetch_add(i); }, std::views::iota(0, 100));
    }
  };
  std::thread other(work);
  work();
  other.join();
  CHECK(sum.load() == 2 * 20 * 4950);
}

TEST_CASE("an error in one of many threads ends the call, and the next works",
          "[parallel][concurrent][error]") {
  parallel::executor with({.backend = backend::threads, .workers = 4});
  for (int call = 0; call < 20; ++call) {
    const auto fail = [](int i) {
      if (i == 77) throw std::runtime_error("77");
      return std::string("fine");
    };
    CHECK_THROWS_AS(with.map(fail, std::views::iota(0, 200)),
                    parallel::task_error);
    CHECK(with.map(fail, std::views::iota(0, 10)).size() == 10);
  }
}

TEST_CASE("a thread that takes too long is asked to stop, and named",
          "[parallel][concurrent][error]") {
  const auto who = GENERATE(backend::sequential, backend::threads);
  parallel::executor with(
      {.backend = who, .workers = 2, .grain = 1, .time_limit = 20ms});
  const auto wait = [](int i) {
    const auto until = std::chrono::steady_clock::now() + watchdog_limit;
    const std::stop_token stop = parallel::this_task::stop_token();
    while (i == 1 && !stop.stop_requested()) {
      require(std::chrono::steady_clock::now() < until, "nobody asked");
      std::this_thread::yield();
    }
    return std::string("done");
  };
  try {
    (void)with.map(wait, std::vector{1});
    FAIL("it did not throw");
  } catch (const parallel::task_error& late) {
    CHECK(late.code() == errc::timed_out);
    CHECK(late.task() == 0);
    CHECK_THAT(late.what(), Catch::Contains("20 ms"));
  }
  const auto outcomes = with.map_outcomes(wait, std::vector{0, 1});
  CHECK(outcomes[1].status == parallel::task_status::timed_out);
}

TEST_CASE("threads write one graph", "[parallel][concurrent]") {
  const int workers = GENERATE(1, 2, 4, 8);
  auto g = graph::create(anonymous, {.reserve = 256u << 20});
  g.add_vertices(6);
  parallel::executor with({.backend = backend::threads, .workers = workers});
  with.for_each([&](vertex_id v) { g.add_edge(v, 5); },
                std::vector<vertex_id>{1, 2, 3});
  const auto around = g.neighbors(5);
  CHECK(std::set<vertex_id>(around.begin(), around.end()) ==
        std::set<vertex_id>{1, 2, 3});
  with.for_each([&](vertex_id v) { g.add_edge(v % 6, v / 6 % 6); },
                std::views::iota(0u, 2'000u));
  CHECK(g.edge_count() == 2'003);
  CHECK(problems(g) == "");
}
