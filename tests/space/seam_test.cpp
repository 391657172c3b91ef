// The seam itself: a fault that did not strike would prove nothing.
#include <cerrno>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "space/seam.hpp"
#include "support/failure.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;

TEST_CASE("a fault strikes the call that it is told to, and no other",
          "[space]") {
  auto g = graph::create(anonymous, {.reserve = 16u << 20});
  g.add_vertices(2);
  std::vector<call> calls;
  {
    const armed counting(fault{});
    g.add_vertices(1000);
    calls = counting.calls();
    CHECK(counting.failed() == 0);
  }
  REQUIRE(calls == std::vector{call::fallocate});
  {
    // Committed ahead of need, and then just what is needed.
    const armed both({.at = 1, .times = 2, .errnum = ENOSPC});
    CHECK(failure_of([&] { return g.add_vertices(3000); }).code ==
          errc::no_space);
    CHECK(both.calls() == std::vector{call::fallocate});
    CHECK(both.failed() == 1);
  }
  {
    const armed later({.at = 2, .times = 1, .errnum = ENOSPC});
    CHECK(g.add_vertices(3000) == 1002);
    CHECK(later.failed() == 0);
  }
  {
    const armed heap({.of = resource::heap, .at = 1, .errnum = ENOMEM});
    CHECK_THROWS_AS(std::vector<int>(3), std::bad_alloc);
    CHECK(heap.failed() == 1);
  }
  CHECK(problems(g) == "");
}
