// What must not be left of a graph that was not made.
#include <cerrno>
#include <filesystem>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "space/seam.hpp"
#include "support/failure.hpp"
#include "support/placed.hpp"

using namespace telar;
using namespace telar::test;

namespace {

const graph_options small{.reserve = 16u << 20};

}  // namespace

TEST_CASE(
    "where a file system has no nameless files, a graph that cannot be made "
    "leaves no hidden one",
    "[space][error]") {
  const temporary_folder folder("hidden");
  const std::string path = (folder.path() / "graph").string();
  const auto which = GENERATE(call::fchmod, call::ftruncate, call::mmap,
                              call::fallocate, call::renameat2);
  const system_without these{system_without::nameless_files{}};
  std::vector<call> calls;
  {
    const armed counting(fault{});
    { auto g = graph::create(path, small); }
    calls = counting.calls();
  }
  REQUIRE(graph::remove(path));
  int struck = 0;
  for (std::uint64_t at = 1; at <= calls.size(); ++at) {
    if (calls[at - 1] != which) continue;
    const armed now({.at = at, .errnum = EIO});
    CHECK(failure_of([&] { return graph::create(path, small); }).code ==
          errc::system);
    CHECK(std::filesystem::is_empty(folder.path()));
    ++struck;
  }
  CHECK(struck > 0);
}
