// Creating, opening and removing, by name and by path.
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

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

graph_options options_of(graph_kind kind, payload_type payload,
                         parallel_edges parallel, key_kind keys) {
  graph_options options;
  options.kind = kind;
  options.payload = std::move(payload);
  options.parallel = parallel;
  options.keys = keys;
  options.reserve = reserve;
  return options;
}

/// Sets the umask of the process, and puts the old one back.
class umask_of {
 public:
  explicit umask_of(mode_t mask) : before_(::umask(mask)) {}
  ~umask_of() { ::umask(before_); }

 private:
  mode_t before_;
};

std::uint32_t mode_of(const placed& where) {
  struct stat state {};
  REQUIRE(::stat(where.path().c_str(), &state) == 0);
  return state.st_mode & 07777;
}

}  // namespace

TEST_CASE("a graph is created once, opened often, and removed once",
          "[graph][placement]") {
  const placed where(GENERATE(placement::shared, placement::file));
  CHECK(failure_of([&] { return graph::open(where); }).code == errc::not_found);
  CHECK_FALSE(graph::remove(where));

  auto g = graph::create(where, {.reserve = reserve});
  const failure again = failure_of([&] { return graph::create(where); });
  CHECK(again.code == errc::exists);
  CHECK_THAT(again.message, Catch::Contains(g.name()));
  g.add_vertices(2);
  g.add_edge(0, 1);
  CHECK(graph::open(where).edge_count() == 1);

  CHECK(graph::remove(where));
  CHECK_FALSE(graph::remove(where));
  CHECK(failure_of([&] { return graph::open(where); }).code == errc::not_found);
}

TEST_CASE("open_or_create opens the graph that is there",
          "[graph][placement]") {
  const placed where(GENERATE(placement::shared, placement::file));
  auto made = graph::open_or_create(where, {.reserve = reserve});
  made.add_vertices(5);
  CHECK(graph::open_or_create(where, {.reserve = reserve}).vertex_count() == 5);
  const failure other = failure_of([&] {
    return graph::open_or_create(where, {.kind = graph_kind::directed});
  });
  CHECK(other.code == errc::incompatible);
  CHECK_THAT(other.message, Catch::Contains(made.name()) &&
                                Catch::Contains("undirected") &&
                                Catch::Contains("directed"));
}

TEST_CASE("each open_or_create without a name makes a graph of its own",
          "[graph][placement]") {
  const placement where = GENERATE(placement::anonymous, placement::isolated);
  auto one = graph::open_or_create(where, {.reserve = reserve});
  auto two = graph::open_or_create(where, {.reserve = reserve});
  one.add_vertex();
  CHECK(two.vertex_count() == 0);
  CHECK(failure_of([&] { return graph::open(where); }).code ==
        errc::bad_argument);
  CHECK(failure_of([&] { return graph::remove(where); }).code ==
        errc::bad_argument);
}

TEST_CASE("what a graph is, is checked when it is opened",
          "[graph][placement]") {
  const placed where(placement::shared);
  const graph_options options =
      options_of(graph_kind::directed, payload_type::of<float>(),
                 parallel_edges::forbid, key_kind::string);
  auto g = graph::create(where, options);
  const auto code = [&](const open_options& expected) {
    return failure_of([&] { return graph::open(where, expected); }).code;
  };
  CHECK(code({options.kind,
              options.payload,
              options.parallel,
              options.keys,
              {}}) == errc{});
  CHECK(code({.kind = graph_kind::bidirectional}) == errc::incompatible);
  CHECK(code({.payload = payload_type::of<double>()}) == errc::incompatible);
  CHECK(code({.payload = payload_type::of<std::uint32_t>()}) ==
        errc::incompatible);
  CHECK(code({.payload = payload_type::of<void>()}) == errc::incompatible);
  CHECK(code({.parallel = parallel_edges::allow}) == errc::incompatible);
  CHECK(code({.keys = key_kind::u64}) == errc::incompatible);

  auto opened = graph::open(where);
  CHECK(opened.kind() == graph_kind::directed);
  CHECK(opened.payload() == payload_type::of<float>());
  CHECK(opened.parallel() == parallel_edges::forbid);
  CHECK(opened.keys() == key_kind::string);
  CHECK(opened.placement() == placement::shared);
}

TEST_CASE("who has a graph open goes on when its name is removed",
          "[graph][placement]") {
  const placed where(GENERATE(placement::shared, placement::file));
  auto before = graph::create(where, {.reserve = reserve});
  auto other = graph::open(where);
  before.add_vertices(2);
  REQUIRE(graph::remove(where));

  other.add_edge(0, 1);
  CHECK(before.has_edge(1, 0));
  for (int i = 0; i < 1000; ++i) before.add_edge(before.add_vertex(), 0);

  auto after = graph::create(where, {.reserve = reserve});
  CHECK(after.vertex_count() == 0);
  CHECK(after.info().uuid != before.info().uuid);
  after.add_vertices(7);
  CHECK(other.vertex_count() == 1002);
  CHECK(graph::open(where).vertex_count() == 7);
  CHECK(problems(before) == "");
  CHECK(problems(after) == "");
}

TEST_CASE("a process without standard streams does not print into its graph",
          "[graph][placement][process]") {
  const auto placing =
      GENERATE(placement::shared, placement::file, placement::anonymous);
  CAPTURE(placing);
  const placed where(placing);
  process daemon = start_process([&] {
    for (const int fd : {0, 1, 2}) ::close(fd);
    auto g = graph::create(where, {.reserve = reserve});
    std::optional<graph> again;
    if (placing != placement::anonymous) again = graph::open(where);
    for (const int fd : {0, 1, 2}) {
      require(::write(fd, "hello", 5) < 0, "something was written to");
    }
    return 0;
  });
  CHECK(wait_for(daemon) == 0);
}

TEST_CASE("the mode is the one that was asked for, whatever the umask",
          "[graph][placement]") {
  const placed where(GENERATE(placement::shared, placement::file));
  const umask_of mask(GENERATE(0, 077));
  {
    auto g = graph::create(where, {.reserve = reserve});
    CHECK(mode_of(where) == 0600);
    graph::remove(where);
  }
  auto g = graph::create(where, {.reserve = reserve, .mode = 0664});
  CHECK(mode_of(where) == 0664);
}

TEST_CASE("a file graph is there again when it is opened again",
          "[graph][placement]") {
  const placed where(placement::file);
  graph_options options =
      options_of(graph_kind::bidirectional, payload_type::of<double>(),
                 parallel_edges::allow, key_kind::string);
  {
    auto g = graph::create(where, options);
    for (int i = 0; i < 500; ++i) {
      g.add_edge(g.vertex("hub"), g.vertex(std::to_string(i)), 0.5 * i);
    }
  }
  auto g = graph::open(where);
  CHECK(problems(g) == "");
  REQUIRE(g.edge_count() == 500);
  for (int i = 0; i < 500; ++i) {
    const vertex_id v = *g.find(std::to_string(i));
    REQUIRE(g.in_half_edges<double>(v).payloads[0] == 0.5 * i);
  }
  g.add_edge(0, g.vertex("new"), 1.0);
  CHECK(problems(g) == "");
}
