// What a user is told when the system refuses something.
#include <cerrno>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "space/seam.hpp"
#include "support/failure.hpp"
#include "support/placed.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

const graph_options small{.reserve = 16u << 20};

/// How the call fails if the first call of this function does.
template <typename Call>
failure refused(call which, int errnum, const Call& made) {
  std::vector<call> calls;
  {
    const armed counting(fault{});
    (void)made();
    calls = counting.calls();
  }
  for (std::uint64_t at = 1; at <= calls.size(); ++at) {
    if (calls[at - 1] != which) continue;
    const armed now({.at = at, .errnum = errnum});
    return failure_of(made);
  }
  throw std::logic_error("it makes no such call");
}

}  // namespace

TEST_CASE("a refusal of the system says what can be done about it",
          "[space][error]") {
  struct row {
    int errnum;
    errc code;
    const char* remedy;
  };
  const auto [errnum, code, remedy] = GENERATE(values<row>({
      {ENOSPC, errc::no_space, "room"},
      {EDQUOT, errc::no_space, "room"},
      {ENOMEM, errc::no_space, "memory"},
      {EMFILE, errc::system, "ulimit -n"},
      {ENFILE, errc::system, "file-max"},
      {EIO, errc::system, "dmesg"},
      {EACCES, errc::system, "permission"},
  }));
  const failure found = refused(call::open, errnum, [] {
    return graph::create(placed(placement::file), small);
  });
  CHECK(found.code == code);
  CHECK_THAT(found.message, Contains("telar-placed"));
  CHECK_THAT(found.message, Contains(remedy));
}

TEST_CASE("a file system that cannot commit memory is named as the reason",
          "[space][error]") {
  const failure found = refused(call::fallocate, EOPNOTSUPP, [] {
    return graph::create(placed(placement::file), small);
  });
  CHECK(found.code == errc::system);
  CHECK_THAT(found.message, Contains("telar-placed"));
  CHECK_THAT(found.message, Contains("tmpfs, ext4"));
}

TEST_CASE("a graph that cannot be read for the moment is not called corrupt",
          "[space][error]") {
  const placed where(placement::shared);
  { auto g = graph::create(where, small); }
  const failure found =
      refused(call::pread, EIO, [&] { return graph::open(where); });
  CHECK(found.code == errc::system);
  CHECK_THAT(found.message, Contains(location(where).name()));
}

TEST_CASE("only where address space is short, a smaller reserve is tried",
          "[space][error]") {
  const auto where = GENERATE(placement::shared, placement::isolated);
  const auto create = [&] { return graph::create(placed(where)); };
  CHECK(refused(call::mmap, ENOMEM, create).code == errc{});
  const failure found = refused(call::mmap, ENODEV, create);
  CHECK(found.code == errc::system);
  CHECK_THAT(found.message,
             Contains(where == placement::shared ? "placed" : "isolated"));
}
