// The feed of changes, told by one participant: everything is told, once.
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/changes.hpp>

#include "support/failure.hpp"
#include "support/mirror.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr auto kinds = {graph_kind::undirected, graph_kind::directed,
                        graph_kind::bidirectional};

graph make(graph_options options, std::uint64_t changes = 1 << 16) {
  options.reserve = 256u << 20;
  options.changes = changes;
  return graph::create(anonymous, options);
}

/// Every call that changes a graph of numbers as payloads, at random.
class changer {
 public:
  changer(graph& g, seeded_random& random) : g_(g), random_(random) {}

  void change() {
    switch (random_.below(16)) {
      case 0:
        g_.add_vertices(1 + random_.below(3));
        return;
      case 1:
        (void)g_.remove_vertex(any());
        return;
      case 2:
        g_.clear_vertex(any());
        return;
      case 3:
        g_.clear_out_edges(any());
        return;
      case 4:
      case 5:
        (void)g_.remove_edge(any(), any());
        return;
      case 6:
        if (const auto e = any_edge()) (void)g_.remove_edge(*e);
        return;
      case 7:
        if (const auto e = any_edge()) (void)g_.set(*e, random_());
        return;
      case 8:
        if (const auto e = any_edge()) (void)g_.set_unversioned(*e, random_());
        return;
      case 9:
        g_.grow_to(g_.vertex_count() + random_.below(2));
        return;
      default:
        add_edges(1 + random_.below(8));
    }
  }

 private:
  vertex_id any() {
    return static_cast<vertex_id>(random_.below(g_.vertex_count()));
  }
  std::optional<edge> any_edge() {
    const vertex_id v = any();
    const auto all = g_.neighbors(v);
    if (all.empty()) return std::nullopt;
    const std::uint64_t i = random_.below(all.size());
    return edge{v, all[i], static_cast<std::uint32_t>(i)};
  }
  void add_edges(std::uint64_t count) {
    std::vector<endpoints> edges;
    std::vector<std::uint64_t> payloads;
    while (edges.size() < count) {
      const endpoints e{any(), any()};
      if (g_.is_removed(e.source) || g_.is_removed(e.target)) return;
      edges.push_back(e);
      payloads.push_back(random_());
    }
    g_.add_edges(std::span<const endpoints>(edges),
                 std::span<const std::uint64_t>(payloads));
  }

  graph& g_;
  seeded_random& random_;
};

}  // namespace

TEST_CASE("whoever does all that is told has the same graph",
          "[changes][model]") {
  const auto kind = GENERATE(from_range(kinds));
  const auto parallel = GENERATE(parallel_edges::allow, parallel_edges::forbid);
  CAPTURE(to_string(kind), to_string(parallel));
  seeded_random random;
  auto g = make({.kind = kind,
                 .payload = payload_type::of<std::uint64_t>(),
                 .parallel = parallel});
  g.add_vertices(12);
  changer by(g, random);
  mirror rebuilt(g);
  auto feed = g.changes(0);
  for (int i = 0; i < 2'000; ++i) {
    by.change();
    if (i % 50 != 0) continue;
    REQUIRE(rebuilt.follow(feed));
    REQUIRE(rebuilt.difference(g) == "");
    const snapshot now = g.snapshot();
    REQUIRE(rebuilt.difference(now) == "");
  }
  CHECK(rebuilt.follow(feed));
  CHECK(feed.last() == g.last_change());
  CHECK(rebuilt.difference(g) == "");
  CHECK(problems(g) == "");
}

TEST_CASE("keys are told with their vertices, also of those that were removed",
          "[changes][keys]") {
  auto g = make({.keys = key_kind::string});
  const vertex_id ada = g.vertex("Ada");
  g.add_edge(ada, g.vertex(std::string(60'000, 'x')));
  CHECK(g.vertex("Ada") == ada);
  g.remove_vertex(ada);
  CHECK(g.vertex("Ada") != ada);
  auto feed = g.changes(0);
  change c;
  REQUIRE(feed.next(c) == feed_outcome::change);
  CHECK(c.kind == change_kind::add_vertices);
  CHECK(c.vertex == ada);
  CHECK(c.key == "Ada");
  CHECK(g.last_change() == 6);  // three keys, an edge, its and Ada's removal
  CHECK(untold(g) == "");
  CHECK(problems(g) == "");

  auto numbers = make({.keys = key_kind::u64});
  numbers.add_edge(numbers.vertex(7), numbers.vertex(~std::uint64_t{0}));
  CHECK(untold(numbers) == "");
}

TEST_CASE("a follower who begins with a snapshot is told what is not in it",
          "[changes][snapshot]") {
  auto g = make({.payload = payload_type::of<std::uint64_t>()});
  g.add_vertices(3);
  g.add_edge(0, 1, std::uint64_t{1});
  auto [start, feed] = g.follow();
  mirror rebuilt(start);
  change c;
  CHECK(feed.next(c) == feed_outcome::nothing);
  g.add_edge(1, 2, std::uint64_t{2});
  g.set(edge{0, 1, 0}, std::uint64_t{3});
  REQUIRE(feed.next(c) == feed_outcome::change);
  CHECK(c.number == 3);
  CHECK(c.kind == change_kind::add_edge);
  CHECK(c.source == 1);
  CHECK(c.target == 2);
  CHECK(c.payload<std::uint64_t>() == 2);
  CHECK(c.process == static_cast<std::uint32_t>(::getpid()));
  CHECK(failure_of([&] { return c.payload<double>(); }).code ==
        errc::bad_argument);
  rebuilt.apply(c);
  CHECK(rebuilt.follow(feed));
  CHECK(rebuilt.difference(g) == "");
}

TEST_CASE("a feed remembers at least as many changes as were asked for",
          "[changes]") {
  for (const std::uint64_t changes : {1, 2, 3, 7, 8, 100}) {
    auto g = make({}, changes);
    CHECK(g.info().changes >= changes);
    g.add_vertices(2);
    for (std::uint64_t i = 0; i < changes; ++i) g.add_edge(0, 1);
    auto feed = g.changes(1);
    change c;
    for (std::uint64_t i = 0; i < changes; ++i) {
      REQUIRE(feed.next(c) == feed_outcome::change);
      REQUIRE(c.number == i + 2);
    }
    CHECK(feed.next(c) == feed_outcome::nothing);
    CHECK(problems(g) == "");
  }
}

TEST_CASE("a follower who falls behind is told so, and begins anew",
          "[changes]") {
  auto g = make({}, 8);
  g.add_vertices(2);
  auto [start, feed] = g.follow();
  const std::uint64_t remembered = g.info().changes;
  change c;
  for (std::uint64_t i = 0; i < remembered; ++i) g.add_edge(0, 1);
  CHECK(feed.next(c) == feed_outcome::change);
  g.add_edge(0, 1);
  CHECK(feed.next(c) == feed_outcome::change);
  g.add_edge(0, 1);
  g.add_edge(0, 1);
  CHECK(feed.next(c) == feed_outcome::behind);
  CHECK(feed.next(c) == feed_outcome::behind);
  auto again = g.follow();
  mirror rebuilt(again.start);
  g.add_edge(1, 1);
  CHECK(rebuilt.follow(again.changes));
  CHECK(rebuilt.difference(g) == "");
}

TEST_CASE("what cannot be asked for is refused with what can be done",
          "[changes]") {
  auto off = graph::create(anonymous, {.reserve = 16u << 20});
  CHECK(off.info().changes == 0);
  CHECK(failure_of([&] { return off.last_change(); }).code ==
        errc::bad_argument);
  CHECK(failure_of([&] { return off.follow(); }).code == errc::bad_argument);
  auto g = make({});
  CHECK(failure_of([&] { return g.changes(1); }).code == errc::bad_argument);
  for (const std::uint64_t much :
       {std::uint64_t{1} << 20, std::numeric_limits<std::uint64_t>::max()}) {
    CHECK(failure_of([&] {
            return graph::create(anonymous,
                                 {.reserve = 16u << 20, .changes = much});
          }).code == errc::bad_argument);
  }
}
