// The first column: all before it lay within the file's size.
#include <sys/resource.h>

#include <catch2/catch.hpp>

#include <telar/frame.hpp>

#include "support/failure.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;

TEST_CASE(
    "a first column beyond the limit on file sizes is refused, without a "
    "signal",
    "[space][limit][process][error]") {
  const frame_options small{.reserve = 16u << 20};
  process child = start_process([&] {
    frame table = frame::create(anonymous, small);
    table.append_rows(3);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = small.reserve;
    require(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    const failure found =
        failure_of([&] { return table.add_column<int>("age", 7); });
    require(found.code == errc::no_space, found.message.c_str());
    require(found.message.find("ulimit -f") != std::string::npos,
            found.message.c_str());
    require(table.check().ok(), "it is damaged");
    return 0;
  });
  CHECK(wait_for(child) == 0);
}
