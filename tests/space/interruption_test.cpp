// Signals while the system works for us.
#include <cerrno>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "space/seam.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;

TEST_CASE("what a signal has interrupted is done again", "[space]") {
  const auto where = GENERATE(placement::shared, placement::file);
  const auto which = GENERATE(call::open, call::ftruncate, call::fallocate,
                              call::linkat, call::pread, call::unlink);
  const placed here(where);
  const auto all = [&] {
    { auto g = graph::create(here, {.reserve = 16u << 20}); }
    { auto g = graph::open(here); }
    REQUIRE(graph::remove(here));
  };
  std::vector<call> calls;
  {
    const armed counting(fault{});
    all();
    calls = counting.calls();
  }
  int struck = 0;
  for (std::uint64_t at = 1; at <= calls.size(); ++at) {
    if (calls[at - 1] != which) continue;
    CAPTURE(to_string(which), at);
    const armed now({.at = at, .times = 3, .errnum = EINTR});
    REQUIRE_NOTHROW(all());
    CHECK(now.failed() == 3);
    ++struck;
  }
  CHECK(struck > 0);
}

TEST_CASE(
    "a timer that strikes more often than memory can be committed does not "
    "keep a graph from growing",
    "[space][process]") {
  // In a child, since it would be for ever.
  process child = start_process([] {
    auto g = graph::create(anonymous, {.reserve = 64u << 20});
    const system_without more(system_without::time_for{5 * 4096});
    g.reserve(10'000, 100'000);
    require(g.info().bytes_committed > 1 << 20, "it did not grow");
    require(problems(g).empty(), "it is damaged");
    return 0;
  });
  CHECK(wait_for(child, std::chrono::seconds(20)) == 0);
}
