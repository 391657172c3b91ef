// What the system, or the program, allows an executor.
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <oneapi/tbb/global_control.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ranges>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "parallel/backends.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

void limit_process(int resource, std::uint64_t bytes) {
  const rlimit most{bytes, bytes};
  require(::setrlimit(static_cast<__rlimit_resource>(resource), &most) == 0,
          "setrlimit");
}

/// Lets this process map so many bytes more than it has.
void limit_memory(std::uint64_t more) {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  limit_process(RLIMIT_AS, 4096 * pages + more);
}

/// What the boards of this process's executors hold, in bytes.
std::uint64_t board_bytes() {
  std::uint64_t bytes = 0;
  for (const auto& each :
       std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code closed;
    const auto path = std::filesystem::read_symlink(each.path(), closed);
    struct stat state {};
    if (path.string().starts_with("/memfd:telar-parallel") &&
        ::stat(each.path().c_str(), &state) == 0) {
      bytes += static_cast<std::uint64_t>(state.st_blocks) * 512;
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("under a limit on file sizes a pool takes less memory, or is refused",
          "[parallel][process][error]") {
  const auto who = GENERATE(backend::processes, backend::workers);
  CAPTURE(who);
  process child = start_process([&] {
    limit_process(RLIMIT_FSIZE, 100 * mebibyte);
    {
      parallel::worker_pool pool({.backend = who, .workers = 2});
      require(pool.map([](int i) { return i + 1; }, std::vector{1, 2})[1] == 3,
              "it does not work");
    }
    limit_process(RLIMIT_FSIZE, mebibyte);
    const failure found = failure_of([&] {
      return parallel::worker_pool({.backend = who, .workers = 2}).workers();
    });
    require(found.code == errc::no_space, found.message.c_str());
    return 0;
  });
  CHECK(wait_for(child) == 0);
}

TEST_CASE("results wait for a caller that is slow, where memory is short",
          "[parallel][process]") {
#if defined(__SANITIZE_ADDRESS__)
  skip("AddressSanitizer needs all of the address space");
#endif
  const auto who = GENERATE(backend::processes, backend::workers);
  CAPTURE(who);
  process child = start_process([&] {
    limit_memory(180 * mebibyte);  // 24 for a worker's results
    parallel::worker_pool pool({.backend = who, .workers = 2, .grain = 1});
    const auto fill = [](int i) {
      return std::vector<char>(mebibyte, static_cast<char>(i));
    };
    int seen = 0;
    pool.map_unordered(
        [&](std::uint64_t i, const std::vector<char>& result) {
          // So that the others are far ahead, if they do not wait.
          if (seen++ == 0) std::this_thread::sleep_for(100ms);
          require(result == fill(static_cast<int>(i)), "another result");
        },
        fill, std::views::iota(0, 100));
    require(seen == 100, "some are missing");
    // All of one batch are kept until it is done: they do not fit.
    parallel::worker_pool coarse({.backend = who, .workers = 2, .grain = 50});
    const failure found = failure_of(
        [&] { return coarse.map(fill, std::vector(100, 1)).size(); });
    require(found.code == errc::no_space, found.message.c_str());
    return 0;
  });
  CHECK(wait_for(child) == 0);
}

TEST_CASE("a worker that follows a dead one has all the memory for results",
          "[parallel][process][crash]") {
#if defined(__SANITIZE_ADDRESS__)
  skip("AddressSanitizer needs all of the address space");
#endif
  process child = start_process([&] {
    limit_memory(240 * mebibyte);
    parallel::worker_pool pool({.workers = 1, .grain = 4});
    // Of each batch three are stored when the fourth ends the worker.
    const auto outcomes = pool.map_outcomes(
        [](int i) {
          if (i % 4 == 3) ::_exit(0);
          return std::vector<char>(2 * mebibyte, static_cast<char>(i));
        },
        std::views::iota(0, 36));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      require(outcomes[i].ok() == (i % 4 != 3),
              outcomes[i].failure.message.c_str());
    }
    return 0;
  });
  CHECK(wait_for(child) == 0);
}

TEST_CASE("large plain results need no grain to be told",
          "[parallel][process]") {
#if defined(__SANITIZE_ADDRESS__)
  skip("AddressSanitizer needs all of the address space");
#endif
  process child = start_process([&] {
    limit_memory(180 * mebibyte);
    parallel::executor with({.backend = backend::processes, .workers = 2});
    with.for_each(
        [](int i) {
          std::array<char, 32 * 1024> made;
          made.fill(static_cast<char>(i));
          return made;
        },
        std::views::iota(0, 17'000));
    return 0;
  });
  CHECK(wait_for(child) == 0);
}

TEST_CASE("a pool does not keep the memory of a call that used much",
          "[parallel][process]") {
  parallel::worker_pool pool({.workers = 2});
  const std::vector<std::vector<char>> large(2, std::vector<char>(36'000'000));
  const auto size = [](const std::vector<char>& each,
                       const std::vector<char>& more) {
    return each.size() + more.size();
  };
  CHECK(pool.map(size, large, large[0])[0] == 72'000'000);
  CHECK(board_bytes() < 36 * mebibyte);
  CHECK(pool.map(size, large, large[0])[1] == 72'000'000);
}

TEST_CASE("executors leave a higher limit of the program on oneTBB alone",
          "[parallel]") {
  constexpr auto limit = tbb::global_control::max_allowed_parallelism;
  const std::size_t usual = tbb::global_control::active_value(limit);
  parallel::executor before({.backend = backend::threads, .workers = 2});
  {
    const tbb::global_control wide(limit, usual + 40);
    parallel::executor with(
        {.backend = backend::threads, .workers = static_cast<int>(usual) + 20});
    CHECK(tbb::global_control::active_value(limit) == usual + 40);
  }
  CHECK(tbb::global_control::active_value(limit) == usual);
}
