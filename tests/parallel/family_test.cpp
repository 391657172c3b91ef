// Parents and children: what is left when one of them dies.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "parallel/backends.hpp"
#include "support/process.hpp"
#include "support/shared_words.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;

namespace {

constexpr int workers = 4;

bool is_there(std::int64_t pid) {
  return ::kill(static_cast<pid_t>(pid), 0) == 0;
}

/// Starts a program that takes long.
pid_t start_program() {
  char name[] = "sleep";
  char argument[] = "1000";
  char* const words[] = {name, argument, nullptr};
  pid_t pid = 0;
  require(::posix_spawnp(&pid, name, nullptr, nullptr, words, environ) == 0,
          "there is no sleep");
  return pid;
}

/// A child that has an executor of this kind, whose tasks never end; the ids of
/// the workers, or of programs that they started, are in `words`.
process start_parent(backend who, shared_words& words, bool programs = false) {
  return start_process([&, who] {
    ::setpgid(0, 0);
    ::signal(SIGINT, SIG_DFL);  // not Catch's
    auto g = graph::create(anonymous, {.reserve = 256u << 20});
    static shared_words* all;
    all = &words;  // before the workers are forked
    parallel::worker_pool pool(
        {.backend = who, .workers = workers, .grain = 1});
    pool.for_each(
        [](int i, bool started) {
          (*all)[i].store(started ? start_program() : ::getpid());
          for (;;) ::pause();
        },
        std::views::iota(0, workers), programs);
    return 0;
  });
}

void wait_for_workers(shared_words& words) {
  for (int i = 0; i < workers; ++i) {
    while (words[i].load() == 0) std::this_thread::yield();
  }
}

/// Whether all workers end within a second.  (Orphans are reaped by whoever
/// adopts them, so a zombie counts as ended.)
bool all_end(shared_words& words) {
  const auto until = std::chrono::steady_clock::now() + 1s;
  const auto ended = [](std::int64_t pid) {
    if (!is_there(pid)) return true;
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text);
    const auto end = text.rfind(')');
    return end == text.npos || text.substr(end + 2, 1) == "Z";
  };
  for (int i = 0; i < workers; ++i) {
    while (!ended(words[i].load())) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
  }
  return true;
}

/// Of this process: others may be making and removing files meanwhile.
std::size_t shared_mappings() {
  std::size_t count = 0;
  std::ifstream file("/proc/self/maps");
  for (std::string line; std::getline(file, line);) {
    if (line.find("/dev/shm/") != line.npos ||
        line.find("/memfd:telar") != line.npos) {
      ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("when the parent is killed, its workers end and leave nothing",
          "[parallel][process][crash]") {
  const auto who = GENERATE(backend::processes, backend::workers);
  CAPTURE(who);
  shared_words words;
  process parent = start_parent(who, words);
  wait_for_workers(words);
  parent.send(SIGKILL);
  CHECK(wait_for(parent) == -SIGKILL);
  CHECK(all_end(words));
}

TEST_CASE("Ctrl-C leaves no worker behind", "[parallel][process][crash]") {
  const auto who = GENERATE(backend::processes, backend::workers);
  CAPTURE(who);
  shared_words words;
  process parent = start_parent(who, words);
  wait_for_workers(words);
  ::kill(-parent.pid(), SIGINT);  // as a terminal does, to the whole group
  CHECK(wait_for(parent) == -SIGINT);
  CHECK(all_end(words));
}

TEST_CASE("Ctrl-C ends the programs that tasks have started",
          "[parallel][process][crash]") {
  const auto who = GENERATE(backend::processes, backend::workers);
  CAPTURE(who);
  shared_words words;
  process parent = start_parent(who, words, true);
  wait_for_workers(words);
  ::kill(-parent.pid(), SIGINT);
  CHECK(wait_for(parent) == -SIGINT);
  const bool ended = all_end(words);
  CHECK(ended);
  for (int i = 0; i < workers && !ended; ++i) {
    ::kill(static_cast<pid_t>(words[i].load()), SIGKILL);
  }
}

TEST_CASE("as many processes run at once as were asked for",
          "[parallel][process]") {
  const team who{GENERATE(backend::processes, backend::workers),
                 GENERATE(1, 2, 4, 8)};
  CAPTURE(who);
  static shared_words words;
  words[0].store(0);
  parallel::options how = who.options();
  how.grain = 1;
  how.time_limit = watchdog_limit;
  parallel::worker_pool pool(how);
  // Each waits for all others: it ends only if they are there.
  const auto ids = pool.map(
      [](int, int all) {
        words[0].fetch_add(1);
        while (words[0].load() < all) std::this_thread::yield();
        return ::getpid();
      },
      std::views::iota(0, who.workers), who.workers);
  CHECK(std::set<pid_t>(ids.begin(), ids.end()).size() == ids.size());
}

TEST_CASE("workers outlive the thread that made their pool, not the process",
          "[parallel][process]") {
  std::optional<parallel::worker_pool> pool;
  std::thread([&] { pool.emplace(parallel::options{.workers = 2}); }).join();
  const auto same = [](int i) { return i; };
  CHECK(pool->map(same, std::vector{1, 2, 3}) == std::vector{1, 2, 3});
  const std::vector<pid_t> ids = pool->processes();
  CHECK(ids.size() == 2);
  pool.reset();
  for (const pid_t pid : ids) CHECK_FALSE(is_there(pid));
}

TEST_CASE("only workers that are running are among the processes",
          "[parallel][process]") {
  const auto same = [](int i) { return i; };
  parallel::worker_pool forking({.backend = backend::processes, .workers = 2});
  CHECK(forking.processes().empty());
  CHECK(forking.map(same, std::vector{1}) == std::vector{1});
  CHECK(forking.processes().empty());

  parallel::worker_pool pool({.workers = 2});
  REQUIRE(pool.processes().size() == 2);
  CHECK_THROWS_AS(pool.for_each([](int) { ::raise(SIGKILL); }, std::vector{1}),
                  parallel::worker_error);
  for (const pid_t pid : pool.processes()) CHECK(is_there(pid));
}

TEST_CASE("an executor leaves no process, no mapping and no descriptor",
          "[parallel][process]") {
  const auto who = GENERATE(backend::sequential, backend::threads,
                            backend::processes, backend::workers);
  CAPTURE(who);
  const auto descriptors = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  const auto same = [](int i) { return i; };
  {  // what oneTBB opens once
    parallel::worker_pool first({.backend = who, .workers = 2});
    (void)first.map(same, std::vector{1});
  }
  const auto before = descriptors();
  const auto mappings = shared_mappings();
  for (int i = 0; i < 3; ++i) {
    parallel::worker_pool pool({.backend = who, .workers = 2});
    CHECK(pool.map(same, std::vector{i}) == std::vector{i});
  }
  CHECK(descriptors() == before);
  CHECK(shared_mappings() == mappings);
  CHECK((::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD));
}

TEST_CASE("a forked child is told to make an executor of its own",
          "[parallel][process][error]") {
  const auto who = GENERATE(backend::processes, backend::workers);
  CAPTURE(who);
  parallel::worker_pool pool({.backend = who, .workers = 2});
  const auto same = [](int i) { return i; };
  process child = start_process([&] {
    const failure found =
        failure_of([&] { return pool.map(same, std::vector{1}).size(); });
    require(found.code == errc::bad_argument, found.message.c_str());
    parallel::worker_pool own({.backend = who, .workers = 2});
    require(own.map(same, std::vector{7})[0] == 7, "its own does not work");
    return 0;
  });
  CHECK(wait_for(child) == 0);
  CHECK(pool.map(same, std::vector{5}) == std::vector{5});
}
