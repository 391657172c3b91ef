// What goes wrong after a change is in does not make a failure of it.
#include <cerrno>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "space/seam.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;

TEST_CASE(
    "a key that is in is returned, though the key table cannot grow after it",
    "[space][error]") {
  const int errnum = GENERATE(ENOSPC, EIO, EOPNOTSUPP);
  auto g = graph::create(anonymous,
                         {.keys = key_kind::string, .reserve = 16u << 20});
  for (int i = 0; i < 256; ++i) (void)g.vertex(std::to_string(i));
  vertex_id added = 0;
  {
    const armed now({.at = 1, .times = for_ever, .errnum = errnum});
    REQUIRE_NOTHROW(added = g.vertex("one more"));
    CHECK(now.failed() > 0);
  }
  CHECK(added == 256);
  CHECK(g.find("one more") == added);
  CHECK(problems(g) == "");
}
