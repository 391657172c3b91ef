// Attaching and detaching: by itself, and without leaving anything.
#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "participant/participants.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

const graph_options small{.reserve = 64u << 20};

std::size_t participants_in(const graph& g) {
  return g.info().participants.size();
}

std::size_t mappings() {
  std::ifstream maps("/proc/self/maps");
  std::size_t lines = 0;
  for (std::string line; std::getline(maps, line);) ++lines;
  return lines;
}

/// A thread that lives on and does one job after the other.
class pool_thread {
 public:
  ~pool_thread() {
    run(nullptr);
    thread_.join();
  }
  void run(std::function<void()> job) {
    std::unique_lock lock(mutex_);
    job_ = std::move(job);
    given_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !given_; });
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (bool last = false; !last;) {
      changed_.wait(lock, [&] { return given_; });
      last = !job_;
      if (job_) job_();
      given_ = false;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> job_;
  bool given_ = false;
  std::thread thread_{[this] { work(); }};
};

}  // namespace

TEST_CASE("a thread attaches at its first use and detaches when it ends",
          "[participant][concurrent]") {
  auto g = graph::create(anonymous, small);
  CHECK(participants_in(g) == 0);
  g.add_vertices(2);
  CHECK(participants_in(g) == 1);
  std::thread([&] {
    g.add_edge(0, 1);
    CHECK(participants_in(g) == 2);
  }).join();
  CHECK(participants_in(g) == 1);
}

TEST_CASE("a forked child is a participant of its own, and its end is noticed",
          "[participant][process]") {
  auto g = graph::create(anonymous, small);
  g.add_vertices(2);
  process child = start_process([&] {
    g.add_edge(0, 1);
    const auto all = g.info().participants;
    const auto mine = std::count_if(all.begin(), all.end(), [](auto& one) {
      return one.pid == static_cast<std::uint32_t>(::getpid()) && one.alive;
    });
    return all.size() == 2 && mine == 1 ? 0 : 1;
  });
  CHECK(wait_for(child) == 0);
  CHECK(g.edge_count() == 1);
  // It ended by _exit, without detaching: the next look repairs that.
  (void)g.recover();
  CHECK(participants_in(g) == 1);
  CHECK(g.add_edge(1, 0).added);
}

TEST_CASE("1024 participants work at once, and one more is told why not",
          "[participant]") {
#if defined(__SANITIZE_THREAD__)
  return;  // TSan's threads are too heavy for so many.
#endif
  constexpr std::uint32_t most = detail::max_slots;
  auto g = graph::create(anonymous, small);
  std::vector<std::thread> threads;
  std::barrier attached(most + 1);
  std::barrier finished(most + 1);
  for (std::uint32_t i = 0; i < most; ++i) {
    threads.emplace_back([&] {
      g.add_vertex();
      attached.arrive_and_wait();
      finished.arrive_and_wait();
    });
  }
  attached.arrive_and_wait();
  try {
    g.add_vertex();
    FAIL_CHECK("a participant too many was let in");
  } catch (const error& refused) {
    CHECK(refused.code() == errc::no_space);
    CHECK_THAT(refused.what(), Catch::Contains("1024 participants"));
  }
  finished.arrive_and_wait();
  for (std::thread& thread : threads) thread.join();
  CHECK(g.vertex_count() == most);
  CHECK_NOTHROW(g.add_vertex());
  CHECK(problems(g) == "");
}

TEST_CASE("a thousand graphs leave neither mappings nor slots behind",
          "[participant][concurrent]") {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  constexpr int graphs = 100;
#else
  constexpr int graphs = 1000;
#endif
  pool_thread pool[3];
  const segment_name name("many");
  auto lasting = graph::create(name, small);
  lasting.add_vertices(2);
  for (auto& thread : pool) thread.run([&] { lasting.add_edge(0, 1); });
  const std::size_t before = mappings();
  for (int i = 0; i < graphs; ++i) {
    auto g = graph::create(anonymous, small);
    g.add_vertices(2);
    for (auto& thread : pool) {
      thread.run([&] {
        g.add_edge(0, 1);
        lasting.add_edge(0, 1);
      });
    }
    // The same graph under another handle is another participant.
    auto again = graph::open(name);
    for (auto& thread : pool) thread.run([&] { again.add_edge(0, 1); });
  }
  // Each thread may still keep what it used last, until its next attach.
  CHECK(mappings() <= before + 16);
  CHECK(participants_in(lasting) <= 8);
  CHECK(lasting.edge_count() == 3u + 6u * graphs);
  CHECK(problems(lasting) == "");
}

TEST_CASE("two handles of one graph in one process work side by side",
          "[participant][concurrent]") {
  const segment_name name("twice");
  auto one = graph::create(name, small);
  auto two = graph::open(name);
  one.add_vertices(2);
  one.add_edge(0, 1);
  two.add_edge(0, 1);
  CHECK(one.degree(0) == 2);
  CHECK(participants_in(one) == 2);
  CHECK(problems(two) == "");
}
