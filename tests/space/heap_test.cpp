// A heap that does not suffice for making a graph.
#include <cerrno>
#include <new>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "space/holdings.hpp"
#include "space/seam.hpp"
#include "support/placed.hpp"

using namespace telar;
using namespace telar::test;

namespace {

const graph_options small{.reserve = 16u << 20};

}  // namespace

TEST_CASE("a graph for which the heap does not suffice leaves nothing",
          "[space][error]") {
  const auto where = GENERATE(placement::shared, placement::file,
                              placement::anonymous, placement::isolated);
  CAPTURE(where);
  const placed here(where);
  { auto first = graph::create(isolated, small); }  // What is kept for good.
  std::uint64_t at = 1;
  for (bool struck = true; struck; ++at) {
    CAPTURE(at);
    const holdings before = holdings_now();
    bool made = false;
    try {
      const armed now({.of = resource::heap, .at = at, .errnum = ENOMEM});
      auto g = graph::create(here, small);
      made = true;
      struck = now.failed() != 0;
    } catch (const std::bad_alloc&) {
    }
    if (made && where <= placement::file) REQUIRE(graph::remove(here));
    REQUIRE_NOTHROW(require_no_more(holdings_now(), before));
  }
  CHECK(at > 5);
}
