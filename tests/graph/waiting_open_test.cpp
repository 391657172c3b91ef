// Opening what somebody has alone, or removes meanwhile; and where a graph's
// file can be.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/doctor.hpp>
#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "support/failure.hpp"
#include "support/first_page.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const graph_options small{.reserve = 16u << 20};

/// Has a file alone, as a repair has.
class alone {
 public:
  explicit alone(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {
    REQUIRE(::flock(fd_, LOCK_EX | LOCK_NB) == 0);
  }
  ~alone() { ::close(fd_); }
  /// Also where a forked child has a copy.
  void release() const { ::flock(fd_, LOCK_UN); }

 private:
  int fd_;
};

}  // namespace

TEST_CASE("a graph that somebody has alone is busy", "[graph][placement]") {
  const placed where(GENERATE(placement::shared, placement::file));
  { auto g = graph::create(where, small); }
  {
    const alone other(where.path());
    open_options soon;
    soon.wait.limit = 20ms;
    const failure told = failure_of([&] { return graph::open(where, soon); });
    CHECK(told.code == errc::busy);
    CHECK_THAT(told.message, Contains("alone"));
  }
  CHECK(graph::open(where).edge_count() == 0);
}

TEST_CASE("a graph that is removed while one waits to open it is not there",
          "[graph][placement][concurrent]") {
  const placed where(GENERATE(placement::shared, placement::file));
  { auto g = graph::create(where, small); }
  failure told;
  std::thread waiting;
  {
    const alone other(where.path());
    waiting = std::thread(
        [&] { told = failure_of([&] { return graph::open(where); }); });
    // Once it has the file open, or comes too late: the same to it.
    REQUIRE(graph::remove(where));
  }
  waiting.join();
  CHECK(told.code == errc::not_found);
}

TEST_CASE("one who waits for a graph finds its file removed",
          "[graph][placement][process]") {
  const placed where(placement::file);
  { auto g = graph::create(where, small); }
  const alone other(where.path());
  process waiting = start_process([&] {
    const failure told = failure_of([&] { return graph::open(where); });
    require(told.code == errc::not_found, told.message.c_str());
    return 0;
  });
  // It has the file open when its descriptors say so.
  const std::string folder = "/proc/" + std::to_string(waiting.pid()) + "/fd/";
  const auto opened = [&] {
    int count = 0;
    for (int fd = 3; fd < 64; ++fd) {
      std::error_code none;
      const auto to =
          std::filesystem::read_symlink(folder + std::to_string(fd), none);
      count += to == where.path();
    }
    return count == 2;  // ours, inherited, and its own
  };
  while (!opened()) std::this_thread::yield();
  REQUIRE(graph::remove(where));
  other.release();
  CHECK(waiting.wait() == 0);
}

TEST_CASE("a folder that is none is named, and so is the root",
          "[graph][placement][error]") {
  const temporary_file file("not_a_folder");
  REQUIRE(::close(::open(file.path().c_str(), O_CREAT | O_WRONLY, 0600)) == 0);
  const std::string inside = file.path().string() + "/graph";
  const failure made = failure_of([&] { return graph::create(inside, small); });
  CHECK(made.code == errc::not_found);
  CHECK_THAT(made.message,
             Contains("there is no folder " + file.path().string()));
  CHECK(failure_of([&] { return graph::open(inside); }).code ==
        errc::not_found);
  const placed into(placement::shared);
  CHECK(failure_of([&] { return salvage(inside, into); }).code ==
        errc::not_found);
  // No matter whether we may write there.
  const std::string top = "/telar-test-" + std::to_string(::getpid());
  try {
    { auto g = graph::create(top, small); }
    CHECK(graph::remove(top));
  } catch (const error& refused) {
    CHECK(refused.code() == errc::system);
  }
}

TEST_CASE("what a repair finds after a restart it repairs, and says so",
          "[graph][doctor]") {
  const placed where(placement::file);
  {
    auto g = graph::create(where, small);
    g.add_vertices(9);
    g.add_edge(0, 1);
    // Two words of which nobody knows.
    detail::core::of(g).memory.vertices()[3].owner = 7;
    detail::core::of(g).memory.vertices()[4].owner = 8;
  }
  pretend_restart(where.path());
  const diagnosis mended = repair(where);
  std::string said;
  for (const std::string& one : mended.repairs) said += one + '\n';
  CHECK(mended.ok());
  CHECK_THAT(said, Contains("restarted") && Contains("2 vertices were"));
  auto g = graph::open(where);
  CHECK(g.edge_count() == 1);
  CHECK(problems(g) == "");
}

TEST_CASE("a graph that another one makes first is opened",
          "[graph][placement][process]") {
  const placed where(GENERATE(placement::shared, placement::file));
  for (int round = 0; round < 20; ++round) {
    std::vector<process> all;
    for (int i = 0; i < 4; ++i) {
      all.push_back(start_process([&] {
        auto g = graph::open_or_create(where, small);
        g.add_vertex();
        return 0;
      }));
    }
    for (process& one : all) CHECK(one.wait() == 0);
    CHECK(graph::open(where).vertex_count() == 4);
    CHECK(graph::remove(where));
  }
}
