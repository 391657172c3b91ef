// A file system that is quite full: not even a page to read is left.
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/failure.hpp"
#include "support/process.hpp"
#include "support/tiny.hpp"

using namespace telar;
using namespace telar::test;

TEST_CASE("where there is not a page, a graph is refused, without a signal",
          "[space][full][process][error]") {
  run_in_tiny("/dev/shm", "size=64k", [] {
    const int fd = ::open("/dev/shm/ballast", O_CREAT | O_RDWR, 0600);
    require(fd >= 0 && ::fallocate(fd, 0, 0, 64 << 10) == 0, "the ballast");
    ::close(fd);
    for (const location& where : {location(anonymous), location("full")}) {
      const failure found = failure_of(
          [&] { return graph::create(where, {.reserve = 16u << 20}); });
      require(found.code == errc::no_space, found.message.c_str());
      require(found.message.find("/dev/shm is full") != std::string::npos,
              found.message.c_str());
    }
  });
}
