// What is saved when a worker dies, or takes too long.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <mutex>
#include <optional>
#include <ranges>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "parallel/backends.hpp"
#include "support/shared_words.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;

namespace {

enum class death { killed, exit };

[[noreturn]] void die(death how) {
  if (how == death::exit) ::_exit(0);
  ::raise(SIGKILL);
  for (;;) ::pause();
}

/// Made before any worker.
shared_words& words() {
  static shared_words all;
  return all;
}

}  // namespace

TEST_CASE("with outcomes, a death costs one task and no other",
          "[parallel][process][crash]") {
  const team who{GENERATE(backend::processes, backend::workers),
                 GENERATE(1, 2, 4, 8)};
  const auto how = GENERATE(death::killed, death::exit);
  CAPTURE(who, static_cast<int>(how));
  parallel::options options = who.options();
  options.grain = GENERATE(std::optional<std::int64_t>{}, 1, 50);
  parallel::worker_pool pool(options);
  const auto outcomes = pool.map_outcomes(
      [](int i, death way) {
        if (i % 20 == 13) die(way);
        return std::to_string(i);
      },
      std::views::iota(0, 100), how);
  REQUIRE(outcomes.size() == 100);
  for (std::size_t i = 0; i < 100; ++i) {
    CAPTURE(i);
    if (i % 20 == 13) {
      REQUIRE(outcomes[i].status == parallel::task_status::died);
      REQUIRE(outcomes[i].failure.pid > 0);
    } else {
      INFO(outcomes[i].status << " " << outcomes[i].failure.message);
      REQUIRE(outcomes[i].ok());
      REQUIRE(*outcomes[i] == std::to_string(i));
    }
  }
}

TEST_CASE("a task lost with its worker is run again, if it may be",
          "[parallel][process][crash]") {
  const team who{GENERATE(backend::processes, backend::workers),
                 GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  words()[0].store(0);
  parallel::options how = who.options();
  how.retries = 2;
  parallel::worker_pool pool(how);
  const auto unlucky = [](int i, std::int64_t times) {
    if (i == 5 && words()[0].fetch_add(1) < times) die(death::killed);
    return i * i;
  };
  CHECK(pool.map(unlucky, std::views::iota(0, 10), std::int64_t{2})[5] == 25);
  CHECK(words()[0].load() == 3);
  words()[0].store(0);
  CHECK_THROWS_AS(pool.map(unlucky, std::views::iota(0, 10), std::int64_t{3}),
                  parallel::worker_error);
  CHECK(words()[0].load() == 3);
}

TEST_CASE("a process that takes too long is killed, replaced and named",
          "[parallel][process][crash]") {
  const team who{GENERATE(backend::processes, backend::workers),
                 GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::options how = who.options();
  how.time_limit = 30ms;
  how.grain = GENERATE(std::optional<std::int64_t>{}, 1);
  parallel::worker_pool pool(how);
  const auto hang = [](int i) {
    while (i == 5) ::pause();
    return i;
  };
  try {
    (void)pool.map(hang, std::vector{0, 5, 2});
    FAIL("it did not throw");
  } catch (const parallel::task_error& late) {
    CHECK(late.code() == errc::timed_out);
    CHECK(late.task() == 1);
    CHECK(late.status() == parallel::task_status::timed_out);
    CHECK_THAT(late.what(),
               Catch::Contains("30 ms") && Catch::Contains("killed"));
  }
  const auto outcomes = pool.map_outcomes(hang, std::views::iota(0, 10));
  for (std::size_t i = 0; i < 10; ++i) {
    CAPTURE(i);
    CHECK(outcomes[i].ok() == (i != 5));
  }
  CHECK(outcomes[5].status == parallel::task_status::timed_out);
}

TEST_CASE("a lock that was held at the fork hangs a task, which a limit ends",
          "[parallel][process][crash]") {
  // As another thread's would be: nobody is there to unlock it.
  std::mutex mutex;
  parallel::executor with(
      {.backend = backend::processes, .workers = 2, .time_limit = 30ms});
  const std::unique_lock held(mutex);
  const auto outcomes = with.map_outcomes(
      [&](int i) {
        if (i == 1) const std::lock_guard lock(mutex);
        return i;
      },
      std::vector{0, 1, 2});
  CHECK(outcomes[0].ok());
  CHECK(outcomes[1].status == parallel::task_status::timed_out);
  CHECK(outcomes[2].ok());
}
