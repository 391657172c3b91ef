// Workers that die: in every way, at every place.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <ranges>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "parallel/backends.hpp"
#include "support/held_vertex.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/shared_words.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;

namespace {

enum class death { killed, fault, exit, aborted };
enum class place { idle, task, graph_write, result, vertex_lock };

constexpr int exit_code = 7;

std::ostream& operator<<(std::ostream& out, death how) {
  constexpr const char* names[] = {"SIGKILL", "SIGSEGV", "_exit", "abort"};
  return out << names[static_cast<int>(how)];
}
std::ostream& operator<<(std::ostream& out, place where) {
  constexpr const char* names[] = {"idle", "in a task", "in a graph write",
                                   "writing a result", "holding a vertex"};
  return out << names[static_cast<int>(where)];
}

[[noreturn]] void die(death how) {
  if (how == death::exit) ::_exit(exit_code);
  if (how == death::aborted) std::abort();
  ::raise(how == death::killed ? SIGKILL : SIGSEGV);
  for (;;) ::pause();
}

/// Words that the test and its workers share, made before any worker.
shared_words& words() {
  static shared_words all;
  return all;
}
constexpr int writer_pid = 0;
constexpr int writes = 1;
constexpr int ready = 5;
constexpr int first_pid = 8;  ///< Of worker 0; then the others'.

/// In each worker: lets it be told from outside to end by itself.
void take_orders(unsigned worker) {
  words()[first_pid + static_cast<int>(worker)].store(::getpid());
  std::signal(SIGUSR1, [](int) { ::_exit(exit_code); });
  std::signal(SIGUSR2, [](int) { std::abort(); });
  words()[ready].fetch_add(1);
}

void wait_until_ready(std::int64_t workers) {
  while (words()[ready].load() < workers) std::this_thread::yield();
}

void strike(pid_t pid, death how) {
  constexpr int signals[] = {SIGKILL, SIGSEGV, SIGUSR1, SIGUSR2};
  ::kill(pid, signals[static_cast<int>(how)]);
}

/// A result whose encoding is the end of its worker.
struct last_words {
  std::string text{};
  std::optional<death> how{};
};

struct job {
  int number;
  place where;
  death how;
};

const auto work = [](job what, graph_ref g) {
  if (what.number != 3) return last_words{"fine"};
  if (what.where == place::task) die(what.how);
  if (what.where == place::result) return last_words{"never", what.how};
  if (what.where == place::vertex_lock) {
    const held_vertices held(*g, 1, 2);
    die(what.how);
  }
  words()[writer_pid].store(::getpid());
  for (vertex_id v = 0;; ++v) {  // until it is struck
    g->add_edge(v % 50, v * 7 % 50);
    words()[writes].fetch_add(1);
  }
};

/// Calls `when` in a thread until it is true, then `then`.  The thread has begun
/// when this is made, and ends with it: in between the test may fork, and a
/// thread that begins or ends holds locks of AddressSanitizer.
class striker {
 public:
  template <typename When, typename Then>
  striker(const When& when, const Then& then)
      : thread_([this, when, then](std::stop_token stop) {
          begun_.store(true);
          while (!stop.stop_requested() && !when()) std::this_thread::yield();
          if (!stop.stop_requested()) then();
          while (!stop.stop_requested()) std::this_thread::yield();
        }) {
    while (!begun_.load()) std::this_thread::yield();
  }

 private:
  std::atomic<bool> begun_{false};
  std::jthread thread_;
};

void check_death(const parallel::worker_error& found, death how) {
  CHECK(found.code() == errc::task_failed);
  CHECK(found.pid() > 0);
  constexpr int signals[] = {SIGKILL, SIGSEGV, 0, SIGABRT};
  CHECK(found.signal() == signals[static_cast<int>(how)]);
  CHECK(found.exit_code() == (how == death::exit ? exit_code : 0));
  CHECK_THAT(found.what(), Catch::Contains(std::to_string(found.pid())));
}

parallel::options careful(const team& who) {
  parallel::options how = who.options();
  how.on_start = take_orders;
  return how;
}

}  // namespace

template <>
struct telar::parallel::codec<last_words> {
  static void encode(const last_words& value, byte_writer& to) {
    to.write("half", 4);
    if (value.how) die(*value.how);
    parallel::encode(value.text, to);
  }
  static last_words decode(byte_reader& from) {
    (void)from.take(4);
    return {parallel::decode<std::string>(from)};
  }
};

TEST_CASE("a worker that dies is named with what it took along",
          "[parallel][process][crash]") {
  const team who{GENERATE(backend::processes, backend::workers),
                 GENERATE(1, 2, 4, 8)};
  const auto how =
      GENERATE(death::killed, death::fault, death::exit, death::aborted);
  const auto where = GENERATE(place::task, place::graph_write, place::result,
                              place::vertex_lock);
  CAPTURE(who, how, where);
  words();
  auto g = graph::create(anonymous, {.reserve = 256u << 20});
  g.add_vertices(50);
  const graph_ref ref(g);
  parallel::worker_pool pool(careful(who));
  std::vector<job> jobs;
  for (int i = 0; i < 10; ++i) jobs.push_back({i, where, how});
  try {
    const std::int64_t before = words()[writes].load();
    const auto written = [=] { return words()[writes].load() >= before + 100; };
    std::optional<striker> strikes;
    if (where == place::graph_write) {
      strikes.emplace(written, [=] {
        strike(static_cast<pid_t>(words()[writer_pid].load()), how);
      });
    }
    (void)pool.map(work, jobs, ref);
    FAIL("it did not throw");
  } catch (const parallel::worker_error& found) {
    check_death(found, how);
    CHECK(found.tasks() == std::vector<std::uint64_t>{3});
    CHECK_THAT(found.what(), Catch::Contains("task 3"));
  }
  CHECK(g.add_edge(1, 2).added);  // whoever held it is dead
  CHECK(problems(g) == "");
  jobs.erase(jobs.begin() + 3);
  const auto after = pool.map(work, jobs, ref);
  CHECK(after.size() == 9);
  CHECK(after[8].text == "fine");
}

TEST_CASE("an idle worker's death is told at the next call, and mended",
          "[parallel][process][crash]") {
  const auto how =
      GENERATE(death::killed, death::fault, death::exit, death::aborted);
  const int workers = GENERATE(1, 2, 4, 8);
  CAPTURE(how, workers);
  const team who{backend::workers, workers};
  words()[ready].store(0);
  parallel::worker_pool pool(careful(who));
  wait_until_ready(workers);
  const auto same = [](int i) { return i; };
  const std::vector<int> numbers{1, 2, 3};
  CHECK(pool.map(same, numbers) == numbers);
  const pid_t victim = pool.processes().front();
  strike(victim, how);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(victim), &info,
                   WEXITED | WNOWAIT) == 0);
  try {
    (void)pool.map(same, numbers);
    FAIL("it did not throw");
  } catch (const parallel::worker_error& found) {
    check_death(found, how);
    CHECK(found.pid() == victim);
    CHECK(found.tasks().empty());
    CHECK_THAT(found.what(), Catch::Contains("no task was lost"));
  }
  CHECK(pool.map(same, numbers) == numbers);
  CHECK(pool.processes().size() == static_cast<std::size_t>(workers));
  CHECK(pool.processes().front() != victim);
}

TEST_CASE("an idle worker's death during a call is told in the call",
          "[parallel][process][crash]") {
  const auto how =
      GENERATE(death::killed, death::fault, death::exit, death::aborted);
  const auto who = GENERATE(backend::processes, backend::workers);
  CAPTURE(how, who);
  words()[2].store(0);
  words()[ready].store(0);
  parallel::worker_pool pool(careful({who, 2}));
  // One task: the worker that is not at it is idle.
  const auto busy = [](int) {
    words()[2].store(::getpid());
    for (;;) ::pause();
  };
  try {
    const striker strikes(
        [] { return words()[2].load() != 0 && words()[ready].load() >= 2; },
        [how] {
          // Not asked of the pool, which is the other thread's: it may be
          // forking.
          for (const int worker : {0, 1}) {
            const auto pid =
                static_cast<pid_t>(words()[first_pid + worker].load());
            if (pid != words()[2].load()) strike(pid, how);
          }
        });
    pool.for_each(busy, std::vector{1});
    FAIL("it did not throw");
  } catch (const parallel::worker_error& found) {
    check_death(found, how);
    CHECK(found.tasks().empty());
  }
  CHECK(pool.map([](int i) { return i; }, std::vector{4}) == std::vector{4});
}

// The time is of the optimised build: a sanitizer's process takes long to end.
TEST_CASE("a death is told in less than 100 ms, whatever others are at",
          "[parallel][process][crash]") {
  const auto who = GENERATE(backend::processes, backend::workers);
  const auto fall = [](int i) {
    if (i == 0) {
      words()[3].store(static_cast<std::int64_t>(
          std::chrono::steady_clock::now().time_since_epoch().count()));
      die(death::killed);
    }
    for (;;) ::pause();
  };
  // The machine may be busy: the best of some must keep the promise.
  words();
  std::chrono::nanoseconds best = 1h;
  for (int i = 0; i < 10; ++i) {
    parallel::worker_pool pool({.backend = who, .workers = 2});
    CHECK_THROWS_AS(pool.for_each(fall, std::vector{0, 1}),
                    parallel::worker_error);
    const auto told = std::chrono::steady_clock::now().time_since_epoch();
    best = std::min(best, told - std::chrono::nanoseconds(words()[3].load()));
  }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  CHECK(best < watchdog_limit);
#else
  CHECK(best < 100ms);
#endif
}
