// The boot that a graph belongs to is known, or there is no graph.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/failure.hpp"
#include "support/placed.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;

TEST_CASE(
    "a graph made or opened when no more files can be is not taken for "
    "another boot's",
    "[space][limit][process][error]") {
#if defined(__SANITIZE_ADDRESS__)
  // It opens a pipe to look at an object, or calls the object invalid.
  skip("the sanitizer needs descriptors of its own");
#endif
  const placed where(GENERATE(placement::shared, placement::file));
  const bool made = GENERATE(false, true);
  process child = start_process([&] {
    const graph_options small{.reserve = 16u << 20};
    if (made) auto g = graph::create(where, small);
    const int next = ::fcntl(STDIN_FILENO, F_DUPFD, 200);
    ::close(next);
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t before = limit.rlim_cur;
    // Its own file can be opened, one more cannot.
    for (int fd; (fd = ::dup(STDIN_FILENO)) < next - 1;) {
      require(fd >= 0, "dup");
    }
    limit.rlim_cur = static_cast<rlim_t>(next);
    require(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
    ::close(next - 1);
    const failure found = failure_of([&] {
      return made ? graph::open(where) : graph::create(where, small);
    });
    require(found.code == errc::system, found.message.c_str());
    require(found.message.find("ulimit -n") != std::string::npos,
            found.message.c_str());
    limit.rlim_cur = before;
    require(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
    (void)graph::open_or_create(where, small);
    return 0;
  });
  CHECK(wait_for(child) == 0);
}
