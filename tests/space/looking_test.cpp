// Looking at segments, repairing and saving them, where the system refuses what
// that needs.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include <telar/doctor.hpp>
#include <telar/graph.hpp>

#include "space/seam.hpp"
#include "support/failure.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;
using state = leftover::state;

namespace {

void make_graph(const placed& where) {
  auto g = graph::create(where, {.reserve = 16u << 20});
  g.add_vertices(9);
  g.add_edge(0, 1);
}

/// "placed-123-4", of its segment.
std::string name_of(const placed& where) {
  return where.path().filename().string().substr(8);
}

std::optional<leftover> look_for(const placed& where) {
  for (const leftover& one : leftovers()) {
    if (one.name == name_of(where)) return one;
  }
  return std::nullopt;
}

/// Makes a call as often as it asks the system for something, and has it refused
/// that.  Then all is well: `after` throws otherwise.
int refuse_each(const std::function<void()>& call,
                const std::function<void(const failure&)>& after) {
  std::uint64_t requests = 0;
  {
    const armed counting(fault{});
    call();
    requests = counting.calls().size();
  }
  int struck = 0;
  for (std::uint64_t at = 1; at <= requests; ++at) {
    failure how;
    {
      const armed now({.at = at, .errnum = EIO});
      how = failure_of([&] {
        call();
        return 0;
      });
      struck += now.failed() != 0 ? 1 : 0;
    }
    CAPTURE(at);
    after(how);
  }
  return struck;
}

}  // namespace

TEST_CASE("what cannot be looked at is said to be no graph, and is not removed",
          "[space][error]") {
  const placed where(placement::shared);
  make_graph(where);
  process killed = start_process([&] {
    auto g = graph::open(where);
    g.add_edge(1, 2);
    return ::raise(SIGKILL);
  });
  REQUIRE(killed.wait() == -SIGKILL);
  REQUIRE(look_for(where)->is == state::killed);
  CHECK(refuse_each([&] { (void)leftovers(); },
                    [&](const failure& how) { CHECK(how.code == errc{}); }) >
        3);
  CHECK(refuse_each([&] { (void)remove_leftover(name_of(where), state::idle); },
                    [&](const failure& how) {
                      CHECK(how.code == errc{});
                      CHECK(look_for(where).has_value());
                    }) > 2);
  // Whether the name is still its own, and then the removal, are refused.
  std::uint64_t to_look = 0;
  {
    const armed counting(fault{});
    CHECK_FALSE(remove_leftover(name_of(where), state::idle));
    to_look = counting.calls().size();
  }
  for (const std::uint64_t at : {to_look + 1, to_look + 2}) {
    const armed now({.at = at, .errnum = EIO});
    CHECK_FALSE(remove_leftover(name_of(where), state::killed));
    CHECK(now.failed() == 1);
  }
  CHECK_FALSE(remove_leftover(name_of(where), state::in_use));
  CHECK_FALSE(remove_leftover(name_of(where), state::none));
  {
    const graph g = graph::open(where);
    CHECK(look_for(where)->is == state::in_use);
    CHECK_FALSE(remove_leftover(name_of(where), state::killed));
  }
  const state now = look_for(where)->is;
  {
    // The name can be removed unless that, too, is refused.
    const armed counting(fault{});
    CHECK(remove_leftover(name_of(where), now));
  }
  CHECK_FALSE(look_for(where).has_value());
  CHECK_FALSE(remove_leftover(name_of(where), now));
}

TEST_CASE("what has a graph's name and is none is left alone",
          "[space][error]") {
  const placed where(placement::shared);
  const auto what = GENERATE(0, 1, 2, 3);
  CAPTURE(what);
  const std::string path = where.path().string();
  // One whose name is no graph's is not even named.
  const std::string other = "/dev/shm/no-graph-" + name_of(where);
  std::ofstream(other) << "no graph";
  if (what == 0) REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  if (what == 1) REQUIRE(::symlink("/dev/null", path.c_str()) == 0);
  if (what == 2) std::ofstream(path) << "short";
  if (what == 3) std::ofstream(path) << std::string(9000, 'x');
  CHECK(look_for(where)->is == state::none);
  for (const state expected : {state::killed, state::idle}) {
    CHECK_FALSE(remove_leftover(name_of(where), expected));
  }
  CHECK(std::filesystem::exists(std::filesystem::symlink_status(path)));
  CHECK(std::filesystem::remove(other));
  std::filesystem::remove(path);
}

TEST_CASE("a graph that was cut to its first page is no leftover of anybody",
          "[space][error]") {
  const placed where(placement::shared);
  make_graph(where);
  std::filesystem::resize_file(where.path(), 4096);
  const auto found = look_for(where);
  REQUIRE(found.has_value());
  CHECK(found->killed.empty());
}

TEST_CASE(
    "an examination, a repair and a salvage that are refused something "
    "leave the graph as it was",
    "[space][error]") {
  const placed where(GENERATE(placement::shared, placement::file));
  make_graph(where);
  const auto still_there = [&](const failure& how) {
    CHECK((how.code == errc{} || how.code == errc::system ||
           how.code == errc::no_space || how.code == errc::corrupt));
    const graph g = graph::open(where);
    CHECK(g.edge_count() == 1);
    CHECK(problems(g) == "");
  };
  CHECK(refuse_each([&] { (void)examine(where); }, still_there) > 3);
  CHECK(refuse_each([&] { (void)repair(where); }, still_there) > 3);
  CHECK(refuse_each(
            [&] {
              const placed into(placement::shared);
              (void)salvage(where, into);
            },
            still_there) > 3);
}

TEST_CASE("what hinders an opening is said in words of its own",
          "[space][error]") {
  const placed where(GENERATE(placement::shared, placement::file));
  make_graph(where);
  const auto refused_with = [&](int errnum) {
    const armed now({.at = 1, .errnum = errnum});
    return failure_of([&] { return graph::open(where); }).code;
  };
  CHECK(refused_with(ENOENT) == errc::not_found);
  CHECK(refused_with(ENOTDIR) == errc::not_found);
  CHECK(refused_with(ELOOP) == errc::corrupt);
  CHECK(refused_with(ENXIO) == errc::corrupt);
  CHECK(refused_with(EISDIR) == errc::corrupt);
  CHECK(refused_with(EACCES) == errc::system);
  CHECK(refused_with(EROFS) == errc::system);
  CHECK(refused_with(EPERM) == errc::system);
  CHECK(refused_with(EMFILE) == errc::system);
  CHECK(graph::open(where).edge_count() == 1);
}

TEST_CASE("a salvage says what hinders it", "[space][error]") {
  const placed where(placement::file);
  const placed into(placement::shared);
  make_graph(where);
  const auto refused_with = [&](int errnum) {
    const armed now({.at = 1, .errnum = errnum});
    return failure_of([&] { return salvage(where, into); }).code;
  };
  CHECK(refused_with(ENOENT) == errc::not_found);
  CHECK(refused_with(ENOTDIR) == errc::not_found);
  CHECK(refused_with(EACCES) == errc::system);
  std::filesystem::remove(where.path());
  REQUIRE(::mkfifo(where.path().c_str(), 0600) == 0);
  CHECK(failure_of([&] { return salvage(where, into); }).code == errc::corrupt);
}

/// Which of the calls is the `which`th of this function, when a graph is made.
std::uint64_t place_of(call what, int which, const placed& where) {
  const armed counting(fault{});
  { auto g = graph::create(where, {}); }
  const auto calls = counting.calls();
  REQUIRE(graph::remove(where));
  for (std::uint64_t at = 1; at <= calls.size(); ++at) {
    if (calls[at - 1] == what && which-- == 1) return at;
  }
  FAIL("no such call");
  return 0;
}

TEST_CASE("where nameless files are refused like this, a hidden one does",
          "[space][error]") {
  const placed where(GENERATE(placement::shared, placement::file));
  const std::uint64_t at = place_of(call::open, 1, where);
  {
    const armed now({.at = at, .errnum = GENERATE(EISDIR, EOPNOTSUPP)});
    auto g = graph::create(where, {});
    CHECK(now.failed() == 1);
    CHECK(g.add_vertex() == 0);
  }
  CHECK(graph::open(where).vertex_count() == 1);
}

TEST_CASE("where nobody can tell the boot, a shared graph is of this one",
          "[space][error]") {
  const placed where(placement::shared);
  const std::uint64_t at = place_of(call::open, 2, where);
  {
    const armed now({.at = at, .errnum = ENOENT});
    auto g = graph::create(where, {});
    CHECK(now.failed() == 1);
  }
  // Now somebody can: that is not the same.
  CHECK(failure_of([&] { return graph::open(where); }).code ==
        errc::incompatible);
}

TEST_CASE("how large a file can be is found by trying", "[space][error]") {
  const placed where(GENERATE(placement::shared, placement::file));
  const call what = GENERATE(call::ftruncate, call::mmap);
  const std::uint64_t at = place_of(what, 1, where);
  const int which = GENERATE(0, 1, 2);
  constexpr int of_mmap[] = {ENOMEM, EOVERFLOW, EINVAL};
  constexpr int of_ftruncate[] = {EFBIG, EINVAL, EFBIG};
  const int errnum = (what == call::mmap ? of_mmap : of_ftruncate)[which];
  {
    const armed now({.at = at, .times = 2, .errnum = errnum});
    auto g = graph::create(where, {});  // of a smaller size than usual
    CHECK(now.failed() >= 1);
    g.add_vertices(2);
    CHECK(g.add_edge(0, 1).added);
  }
  CHECK(graph::open(where).edge_count() == 1);
}
