// Who sees what: after a fork in each placement, and by name.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/failure.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::uint64_t reserve = 256u << 20;

/// Lets one process wait for another: `pass` in one, `await` in the other.
class turn {
 public:
  turn() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  }
  ~turn() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

  void pass() const { require(::write(ends_[1], "x", 1) == 1, "write"); }
  void await() const {
    constexpr std::chrono::milliseconds limit = watchdog_limit;
    ::pollfd ready{ends_[0], POLLIN, 0};
    require(::poll(&ready, 1, static_cast<int>(limit.count())) == 1,
            "the other process did not pass its turn");
    char byte;
    require(::read(ends_[0], &byte, 1) == 1, "read");
  }

 private:
  int ends_[2];
};

}  // namespace

TEST_CASE("parent and child see each other's edges, unless they are isolated",
          "[graph][placement][process]") {
  const auto placing = GENERATE(placement::anonymous, placement::isolated,
                                placement::shared, placement::file);
  CAPTURE(placing);
  const placed where(placing);
  const bool together = placing != placement::isolated;
  auto g = graph::create(where, {.reserve = reserve});
  g.add_vertices(4);
  g.add_edge(0, 1);
  const turn parent_is_next;
  const turn child_is_next;

  process child = start_process([&] {
    require(g.has_edge(0, 1), "the edge from before the fork is missing");
    g.add_edge(1, 2);
    g.add_vertex();
    parent_is_next.pass();
    child_is_next.await();
    require(g.has_edge(2, 3) == together, "the parent's edge");
    require(g.edge_count() == (together ? 3 : 2), "the child's count");
    require(together || problems(g).empty(), "the child's copy is damaged");
    return 0;
  });
  parent_is_next.await();
  CHECK(g.has_edge(1, 2) == together);
  CHECK(g.vertex_count() == (together ? 5 : 4));
  g.add_edge(2, 3);
  child_is_next.pass();
  CHECK(wait_for(child) == 0);
  CHECK(g.edge_count() == (together ? 3 : 2));
  CHECK(problems(g) == "");
}

TEST_CASE("a grandchild of an isolated graph works on a copy of the child's",
          "[graph][placement][process]") {
  auto g = graph::create(isolated, {.reserve = reserve});
  g.add_vertices(3);
  process child = start_process([&] {
    g.add_edge(0, 1);
    process grandchild = start_process([&] {
      require(g.has_edge(0, 1), "the child's edge is missing");
      g.add_edge(1, 2);
      require(problems(g).empty(), "the grandchild's copy is damaged");
      return 0;
    });
    require(wait_for(grandchild) == 0, "the grandchild failed");
    require(g.edge_count() == 1, "the grandchild's edge is seen");
    require(problems(g).empty(), "the child's copy is damaged");
    return 0;
  });
  CHECK(wait_for(child) == 0);
  CHECK(g.edge_count() == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("a process that knows only the name reads and writes the same graph",
          "[graph][placement][process]") {
  const placed where(GENERATE(placement::shared, placement::file));
  auto g = graph::create(where, {.kind = graph_kind::bidirectional,
                                 .payload = payload_type::of<double>(),
                                 .reserve = reserve});
  g.add_vertices(100);
  g.add_edge(0, 1, 0.5);
  process other = start_process([&] {
    auto mine = graph::open(where, {.kind = graph_kind::bidirectional});
    require(mine.half_edges<double>(0).payloads[0] == 0.5, "the payload");
    for (vertex_id v = 1; v < 100; ++v) mine.add_edge(v, 0, 1.0 * v);
    return 0;
  });
  CHECK(wait_for(other) == 0);
  CHECK(g.edge_count() == 100);
  CHECK(g.in_degree(0) == 99);
  CHECK(g.in_half_edges<double>(0).payloads.back() == 99);
  CHECK(problems(g) == "");
}

TEST_CASE("a graph outlives the process that created it",
          "[graph][placement][process]") {
  const placed where(GENERATE(placement::shared, placement::file));
  process creator = start_process([&] {
    auto g = graph::create(where, {.reserve = reserve});
    g.add_vertices(3);
    g.add_edge(0, 2);
    return 0;
  });
  REQUIRE(wait_for(creator) == 0);
  auto g = graph::open(where);
  CHECK(g.has_edge(2, 0));
  CHECK(problems(g) == "");
}

TEST_CASE(
    "a live graph without write permission is refused, with a word on "
    "checkpoints",
    "[graph][placement][process][error]") {
  const placed where(GENERATE(placement::shared, placement::file));
  const std::uint32_t mode = GENERATE(0400, 0444);
  auto g = graph::create(where, {.reserve = reserve, .mode = mode});
  process stranger = start_process([&] {
    // Permissions do not bind root.
    constexpr uid_t nobody = 65534;
    if (::geteuid() == 0) require(::seteuid(nobody) == 0, "seteuid");
    const failure refused = failure_of([&] { return graph::open(where); });
    require(refused.code == errc::system, refused.message.c_str());
    require(refused.message.find(g.name()) != std::string::npos,
            "the graph is not named");
    require(refused.message.find("checkpoint") != std::string::npos,
            "no remedy is named");
    return 0;
  });
  CHECK(wait_for(stranger) == 0);
}
