// Checkpoints where there is no room, no O_TMPFILE, or a limit on files; and what
// their killed writers leave there.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include <catch2/catch.hpp>

#include <telar/checkpoint.hpp>
#include <telar/snapshot.hpp>

#include "space/seam.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include "support/segment_name.hpp"
#include "support/tiny.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// Its checkpoint has some 400 KB.
graph large_graph() {
  auto g = graph::create(isolated, {.reserve = 64u << 20});
  g.add_vertices(20'000);
  for (vertex_id v = 0; v < 20'000; ++v) g.add_edge(v, v / 2);
  return g;
}

}  // namespace

TEST_CASE(
    "where a checkpoint does not fit, the older one is whole, and there is "
    "as much room as before",
    "[space][full][process][error]") {
  run_in_tiny("/mnt", "size=600k", [] {
    auto g = large_graph();
    g.checkpoint("/mnt/saved");
    g.add_vertex();
    const auto room = std::filesystem::space("/mnt").available;
    const failure found = failure_of([&] {
      g.checkpoint("/mnt/saved");
      return 0;
    });
    require(found.code == errc::no_space, found.message.c_str());
    require(found.message.find("room") != std::string::npos,
            found.message.c_str());
    const auto saved = checkpoint::open("/mnt/saved");
    saved.verify();
    require(saved.vertex_count() == 20'000, "the older one was replaced");
    require(files_in("/mnt") == 1, "something was left");
    require(std::filesystem::space("/mnt").available == room, "room was lost");
  });
}

TEST_CASE("a limit on the size of files is an error, not a signal",
          "[space][process][error]") {
  const temporary_folder folder("limited");
  const std::string path = (folder.path() / "saved").string();
  process child = start_process([&] {
    const auto g = large_graph();
    const rlimit limit{100'000, 100'000};
    require(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    const failure found = failure_of([&] {
      g.checkpoint(path);
      return 0;
    });
    require(found.message.find("ulimit -f") != std::string::npos,
            found.message.c_str());
    return 0;
  });
  CHECK(wait_for(child) == 0);
  CHECK(files_in(folder.path()) == 0);
}

TEST_CASE(
    "what a killed writer left, the next one removes; what a living one "
    "writes, it does not",
    "[space][process][crash]") {
  const temporary_folder folder("left");
  const std::string path = (folder.path() / "saved").string();
  const auto g = large_graph();
  const auto write_and_then = [&](int signal) {
    return start_process([&, signal] {
      // So that it has a name all the time.
      const system_without less(system_without::nameless_files{});
      g.checkpoint(path, {.progress = [&](std::uint64_t, std::uint64_t) {
                     ::raise(signal);
                   }});
      return 0;
    });
  };
  process killed = write_and_then(SIGKILL);
  CHECK(killed.wait() == -SIGKILL);
  CHECK(files_in(folder.path()) == 1);
  CHECK(!std::filesystem::exists(path));

  process stopped = write_and_then(SIGSTOP);
  int status = 0;
  REQUIRE(::waitpid(stopped.pid(), &status, WUNTRACED) == stopped.pid());
  REQUIRE(WIFSTOPPED(status));
  // The killed one's is gone, by now, and the stopped one's is there.
  CHECK(files_in(folder.path()) == 1);
  g.checkpoint(path);
  CHECK(files_in(folder.path()) == 2);
  stopped.send(SIGKILL);
  CHECK(stopped.wait() == -SIGKILL);
  g.checkpoint(path);
  CHECK(files_in(folder.path()) == 1);
  CHECK_NOTHROW(checkpoint::open(path).verify());
}
