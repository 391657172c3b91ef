// Workers that have several grains at once, and give some back.
#include <sched.h>

#include <csignal>
#include <ranges>
#include <stdexcept>
#include <vector>

#include <catch2/catch.hpp>

#include "parallel/backends.hpp"
#include "support/shared_words.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::int64_t many = 3'000;

/// Made before any worker.
shared_words& words() {
  static shared_words all;
  return all;
}

void reset_words() {
  for (int i = 0; i < 4; ++i) words()[i].store(0);
}

parallel::options some_workers(int workers, std::int64_t grain) {
  parallel::options how{
      .backend = GENERATE(backend::processes, backend::workers),
      .workers = workers};
  how.grain = grain;
  return how;
}

}  // namespace

TEST_CASE("at grain 1 no task of a process waits behind one that is running",
          "[parallel][process]") {
  reset_words();
  parallel::worker_pool pool(some_workers(GENERATE(2, 4, 8), 1));
  for (const std::int64_t slow : {std::int64_t{0}, many / 3, many - 1}) {
    words()[0].store(0);
    const auto squares = pool.map(
        [](std::int64_t i, std::int64_t last) {
          // It ends when all others have.
          while (i == last && words()[0].load() != many - 1) ::sched_yield();
          ++words()[0];
          return i * i;
        },
        std::views::iota(std::int64_t{0}, many), slow);
    REQUIRE(words()[0].load() == many);
    REQUIRE(squares.size() == static_cast<std::size_t>(many));
    bool right = true;
    for (std::int64_t i = 0; i < many; ++i) {
      right = right && squares[static_cast<std::size_t>(i)] == i * i;
    }
    CHECK(right);
  }
}

TEST_CASE("a death among many grains costs the task that was running",
          "[parallel][process][crash]") {
  reset_words();
  const auto grain = GENERATE(as<std::int64_t>{}, 1, 3);
  parallel::worker_pool pool(some_workers(GENERATE(1, 2, 4, 8), grain));
  const auto outcomes = pool.map_outcomes(
      [](std::int64_t i) {
        words()[0].fetch_add(1);
        if (i % 500 == 499) ::raise(SIGKILL);
        if (i % 500 == 7) throw std::runtime_error("seven");
        return -i;
      },
      std::views::iota(std::int64_t{0}, many));
  REQUIRE(outcomes.size() == static_cast<std::size_t>(many));
  CHECK(words()[0].load() == many);  // each once
  using parallel::task_status;
  for (std::int64_t i = 0; i < many; ++i) {
    CAPTURE(i);
    const auto& found = outcomes[static_cast<std::size_t>(i)];
    REQUIRE(found.status == (i % 500 == 499 ? task_status::died
                             : i % 500 == 7 ? task_status::error
                                            : task_status::value));
    if (found.ok()) REQUIRE(*found == -i);
  }
}

TEST_CASE("what a worker died of while others take from it is run again",
          "[parallel][process][crash]") {
  reset_words();
  parallel::options how = some_workers(GENERATE(2, 4), 1);
  how.retries = 1;
  parallel::worker_pool pool(how);
  const auto found = pool.map(
      [](std::int64_t i) {
        // The others are out of work by then, and take what it has.
        if (i == 100 && words()[1].fetch_add(1) == 0) {
          while (words()[0].load() != many - 1) ::sched_yield();
          ::raise(SIGKILL);
        }
        ++words()[0];
        return i + 1;
      },
      std::views::iota(std::int64_t{0}, many));
  CHECK(words()[0].load() == many);
  bool right = true;
  for (std::int64_t i = 0; i < many; ++i) {
    right = right && found[static_cast<std::size_t>(i)] == i + 1;
  }
  CHECK(right);
}
