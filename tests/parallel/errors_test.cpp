// Options that are wrong, tasks that throw, calls that meet each other.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <vector>

#include <catch2/catch.hpp>

#include "parallel/backends.hpp"
#include "parallel/cpus.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

const auto any_backend = [] {
  return GENERATE(backend::sequential, backend::threads, backend::processes,
                  backend::workers);
};

const auto half = [](int i) {
  if (i % 2 != 0) throw std::out_of_range("odd: " + std::to_string(i));
  return i / 2;
};

errc code_for(parallel::options how) {
  return failure_of([&] { return parallel::worker_pool(how).workers(); }).code;
}

class environment {
 public:
  explicit environment(const char* value) {
    ::setenv("TELAR_WORKERS", value, 1);
  }
  ~environment() { ::unsetenv("TELAR_WORKERS"); }
};

}  // namespace

TEST_CASE("a number of workers means what joblib says it means",
          "[parallel][error]") {
  using parallel::worker_count;
  for (const unsigned cpus : {1u, 2u, 8u}) {
    CHECK(worker_count(-1, cpus) == cpus);
    CHECK(worker_count(-2, cpus) == std::max(cpus - 1, 1u));
    CHECK(worker_count(-100, cpus) == 1);
    CHECK(worker_count(5, cpus) == 5);
    CHECK(failure_of([&] { return worker_count(0, cpus); }).code ==
          errc::bad_argument);
    CHECK(failure_of([&] { return worker_count(1025, cpus); }).code ==
          errc::bad_argument);
  }
}

TEST_CASE("TELAR_WORKERS lowers the number of cpus, and is checked",
          "[parallel][error]") {
  const unsigned cpus = parallel::available_cpus();
  CHECK(cpus >= 1);
  {
    const environment one("1");
    CHECK(parallel::available_cpus() == 1);
    CHECK(parallel::executor().workers() == 1);
  }
  {
    const environment many("100000");
    CHECK(parallel::available_cpus() == cpus);
  }
  for (const char* wrong : {"0", "-1", "two", "2 "}) {
    const environment set(wrong);
    const failure found = failure_of([] { return parallel::available_cpus(); });
    CHECK(found.code == errc::bad_argument);
    CHECK_THAT(found.message, Catch::Contains(wrong));
  }
}

TEST_CASE("the quota of a cgroup, and of those it is in, counts",
          "[parallel]") {
  const temporary_folder root("cgroup");
  const auto write = [&](const std::string& name, const char* text) {
    const auto path = root.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  };
  const auto quota = [&](const std::string& membership) {
    return parallel::detail::quota_cpus(membership, root.path().string());
  };
  const std::string member = write("member", "0::/a/b\n");
  CHECK_FALSE(quota(member));
  write("a/b/cpu.max", "max 100000");
  CHECK_FALSE(quota(member));
  write("a/cpu.max", "350000 100000");
  CHECK(quota(member) == 4u);
  write("a/b/cpu.max", "50000 100000");
  CHECK(quota(member) == 1u);
  const std::string old = write("old", "3:cpu,cpuacct:/c\n1:memory:/c\n");
  write("cpu/c/cpu.cfs_period_us", "100000");
  write("cpu/c/cpu.cfs_quota_us", "-1");
  CHECK_FALSE(quota(old));
  write("cpu/c/cpu.cfs_quota_us", "200000");
  CHECK(quota(old) == 2u);
}

TEST_CASE("options that contradict each other are refused",
          "[parallel][error]") {
  const auto who = any_backend();
  CAPTURE(who);
  const bool apart = who == backend::processes || who == backend::workers;
  using parallel::shared;
  CHECK(code_for({.backend = who, .workers = 0}) == errc::bad_argument);
  CHECK(code_for({.backend = who, .grain = 0}) == errc::bad_argument);
  CHECK(code_for({.backend = who, .grain = -1}) == errc::bad_argument);
  CHECK(code_for({.backend = who, .window = 0}) == errc::bad_argument);
  CHECK(code_for({.backend = who, .time_limit = std::chrono::nanoseconds(0)}) ==
        errc::bad_argument);
  CHECK(code_for({.backend = who, .require = shared::segment}) == errc{});
  CHECK(code_for({.backend = who, .require = shared::address_space}) ==
        (apart ? errc::bad_argument : errc{}));
  const failure found = failure_of([] {
    return parallel::executor({.backend = backend::workers}).workers();
  });
  CHECK(found.code == errc::bad_argument);
  CHECK_THAT(found.message, Catch::Contains("worker_pool"));
}

TEST_CASE("what a task throws arrives with its type, its words and its index",
          "[parallel][error][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::worker_pool pool(who.options());
  try {
    (void)pool.map(half, std::vector{0, 2, 4, 7, 8});
    FAIL("it did not throw");
  } catch (const parallel::task_error& thrown) {
    CHECK(thrown.task() == 3);
    CHECK(thrown.type() == "std::out_of_range");
    CHECK(thrown.message() == "odd: 7");
    CHECK(thrown.code() == errc::task_failed);
    CHECK_THAT(thrown.what(), Catch::Contains("task 3") &&
                                  Catch::Contains("std::out_of_range") &&
                                  Catch::Contains("odd: 7"));
  }
  CHECK(pool.map(half, std::vector{6}) == std::vector{3});
}

TEST_CASE("the code of a telar::error comes along",
          "[parallel][error][process]") {
  parallel::worker_pool pool({.backend = any_backend(), .workers = 2});
  const auto fail = [](int) { throw error(errc::no_space, "full"); };
  CHECK(failure_of([&] {
          pool.for_each(fail, std::vector{1});
          return 0;
        }).code == errc::no_space);
  const auto odd = [](int) { throw 5; };
  CHECK_THAT(failure_of([&] {
               pool.for_each(odd, std::vector{1});
               return 0;
             }).message,
             Catch::Contains("int"));
}

TEST_CASE("an exception without words is told, too",
          "[parallel][error][process]") {
  struct silent : std::exception {
    [[nodiscard]] const char* what() const noexcept override { return nullptr; }
  };
  parallel::worker_pool pool({.backend = any_backend(), .workers = 2});
  const failure found = failure_of([&] {
    pool.for_each([](int) { throw silent(); }, std::vector{1});
    return 0;
  });
  CHECK(found.code == errc::task_failed);
  CHECK_THAT(found.message, Catch::Contains("silent"));
}

TEST_CASE("the first error cancels what has not begun",
          "[parallel][error][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::options how = who.options();
  how.grain = 1;
  how.window = 8;
  parallel::worker_pool pool(how);
  int taken = 0;
  // Each of them fails: of a result that came before the first error another
  // input would be taken, rightly.
  auto numbers = std::views::iota(1) | std::views::transform([&](int i) {
                   ++taken;
                   return 2 * i + 1;
                 });
  CHECK_THROWS_AS(pool.map(half, numbers), parallel::task_error);
  CHECK(taken <= 8);
}

TEST_CASE("each task's outcome is known when some fail",
          "[parallel][error][process]") {
  const team who{any_backend(), GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  parallel::worker_pool pool(who.options());
  const auto outcomes = pool.map_outcomes(half, std::views::iota(0, 100));
  REQUIRE(outcomes.size() == 100);
  for (int i = 0; i < 100; ++i) {
    const auto& each = outcomes[static_cast<std::size_t>(i)];
    if (i % 2 == 0) {
      REQUIRE(*each == i / 2);
    } else {
      REQUIRE(each.status == parallel::task_status::error);
      REQUIRE(each.failure.message == "odd: " + std::to_string(i));
    }
  }
}

TEST_CASE("what the range or a callback throws ends the call, and only that",
          "[parallel][error][process]") {
  const auto who = any_backend();
  CAPTURE(who);
  parallel::worker_pool pool({.backend = who, .workers = 2, .grain = 1});
  const auto text = [](int i) { return std::to_string(i); };
  auto broken =
      std::views::iota(0, 100) | std::views::filter([](int i) -> bool {
        if (i == 50) throw std::runtime_error("no 50");
        return true;
      });
  CHECK_THROWS_WITH(pool.map(text, broken), "no 50");
  CHECK_THROWS_WITH(pool.map_unordered(
                        [](std::uint64_t, const std::string&) {
                          throw std::runtime_error("enough");
                        },
                        text, std::views::iota(0, 100)),
                    "enough");
  CHECK(pool.map(text, std::vector{1}) == std::vector<std::string>{"1"});
}
