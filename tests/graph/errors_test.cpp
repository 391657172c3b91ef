// A failed call says what is wrong and what to do, and changes nothing.
#include <sys/wait.h>

#include <csignal>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "support/failure.hpp"
#include "support/held_vertex.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t reserve = 64u << 20;

/// A graph 0–1, and what must not have changed at the end.
class untouched_graph {
 public:
  explicit untouched_graph(graph_options options = {}) {
    options.reserve = reserve;
    options.payload = payload_type::of<double>();
    graph_ = graph::create(where_, options);
    graph_.add_vertices(3);
    graph_.add_edge(0, 1, 0.5);
  }
  ~untouched_graph() {
    CHECK(graph_.vertex_count() == 3);
    CHECK(graph_.edge_count() == 1);
    CHECK(graph_.half_edges<double>(0).payloads[0] == 0.5);
    CHECK(graph_.degree(2) == 0);
    CHECK(problems(graph_) == "");
  }

  /// The message of a call, which must fail with this code and name the graph.
  template <typename Call>
  std::string refusal(errc code, Call&& call) {
    const failure found = failure_of([&] { return call(graph_); });
    CHECK(found.code == code);
    CHECK_THAT(found.message, Contains(graph_.name()));
    return found.message;
  }

  graph& operator*() { return graph_; }

 private:
  const placed where_{placement::shared};
  graph graph_ = graph::create(isolated, {.reserve = reserve});
};

}  // namespace

TEST_CASE("a vertex out of range is named, with the range and the remedy",
          "[graph][error]") {
  untouched_graph g;
  const vertex_id far = GENERATE(3u, 1000u, no_vertex);
  const auto refused = [&](auto&& call) {
    CHECK_THAT(g.refusal(errc::bad_argument, call),
               Contains("vertex " + std::to_string(far)) &&
                   Contains("0 to 3") && Contains("Add vertices"));
  };
  refused([&](graph& all) { return all.add_edge(far, 0); });
  refused([&](graph& all) { return all.add_edge(0, far); });
  refused([&](graph& all) { return all.add_edge(far, far, 1.0); });
  refused([&](graph& all) { return all.degree(far); });
  refused([&](graph& all) { return all.neighbors(far).size(); });
  refused([&](graph& all) { return all.half_edges<double>(far); });
  refused([&](graph& all) { return all.has_edge(far, 0); });
  refused([&](graph& all) { return all.has_edge(0, far); });
  refused([&](graph& all) { return all.find_edge(far, far); });
  refused([&](graph& all) { return all.payload<double>({far, 0, 0}); });
}

TEST_CASE("a directed graph knows the range of targets, too",
          "[graph][error]") {
  auto g = graph::create(anonymous,
                         {.kind = graph_kind::directed, .reserve = reserve});
  g.add_vertices(1);
  CHECK(failure_of([&] { return g.add_edge(0, 1); }).code ==
        errc::bad_argument);
  CHECK(failure_of([&] { return g.has_edge(0, 1); }).code ==
        errc::bad_argument);
  CHECK(g.degree(0) == 0);
}

TEST_CASE("an edge that cannot be is named", "[graph][error]") {
  untouched_graph g;
  CHECK_THAT(g.refusal(errc::bad_argument,
                       [](graph& all) {
                         return all.payload<double>({0, 1, 1});
                       }),
             Contains("vertex 0") && Contains("entry 1"));
}

TEST_CASE("another payload type is refused by name and size",
          "[graph][error]") {
  untouched_graph g;
  const auto refused = [&](auto&& call, const char* other) {
    CHECK_THAT(g.refusal(errc::bad_argument, call),
               Contains("f64") && Contains("8 bytes") && Contains(other));
  };
  const std::vector<endpoints> edges{{0, 2}};
  const std::vector<float> weights{1};
  refused([](graph& all) { return all.add_edge(0, 2, 1.0f); }, "f32");
  refused([](graph& all) { return all.add_edge(0, 2, 1); }, "i32");
  refused([](graph& all) { return all.half_edges<std::int64_t>(0); }, "i64");
  refused([](graph& all) { return all.payload<float>({0, 1, 0}); }, "f32");
  refused(
      [&](graph& all) {
        return all.add_edges(edges, std::span<const float>(weights));
      },
      "f32");

  auto bare = graph::create(anonymous, {.reserve = reserve});
  bare.add_vertices(2);
  const failure none = failure_of([&] { return bare.add_edge(0, 1, 1.0); });
  CHECK(none.code == errc::bad_argument);
  CHECK_THAT(none.message, Contains("none") && Contains("f64"));
  CHECK(bare.edge_count() == 0);
}

TEST_CASE("spans of different lengths are refused before anything is added",
          "[graph][error]") {
  untouched_graph g;
  const std::vector<endpoints> edges{{0, 2}, {1, 2}};
  const std::vector<double> weights{1, 2, 3};
  const failure found = failure_of(
      [&] { return (*g).add_edges(edges, std::span<const double>(weights)); });
  CHECK(found.code == errc::bad_argument);
  CHECK_THAT(found.message, Contains("2 edges") && Contains("3 payloads"));
}

TEST_CASE("a span stops at its bad edge, and what was before it is in",
          "[graph][error]") {
  auto g = graph::create(anonymous, {.reserve = reserve});
  g.add_vertices(2);
  const std::vector<endpoints> edges{{0, 1}, {1, 1}, {0, 9}, {0, 0}};
  const failure found = failure_of([&] { return g.add_edges(edges); });
  CHECK(found.code == errc::bad_argument);
  CHECK_THAT(found.message, Contains("vertex 9"));
  CHECK(g.edge_count() == 2);
  CHECK(problems(g) == "");
}

TEST_CASE("only a bidirectional graph has in-edges", "[graph][error]") {
  untouched_graph g(
      {.kind = GENERATE(graph_kind::undirected, graph_kind::directed)});
  const auto refused = [&](auto&& call) {
    CHECK_THAT(g.refusal(errc::bad_argument, call),
               Contains(std::string(to_string((*g).kind()))) &&
                   Contains("bidirectional"));
  };
  refused([](graph& all) { return all.in_degree(0); });
  refused([](graph& all) { return all.in_neighbors(0).size(); });
  refused([](graph& all) { return all.in_half_edges<double>(0); });
}

TEST_CASE(
    "more vertices than the reserve holds are refused, with the number "
    "that it holds",
    "[graph][error]") {
  untouched_graph g;
  const std::uint64_t most =
      detail::core::of(*g).memory.geometry().max_vertices;
  const std::uint64_t count =
      GENERATE_COPY(most - 2, most, std::uint64_t{1} << 32,
                    std::numeric_limits<std::uint64_t>::max());
  CHECK_THAT(g.refusal(errc::no_space,
                       [&](graph& all) { return all.add_vertices(count); }),
             Contains(std::to_string(most)) && Contains("reserve"));
}

TEST_CASE("a vertex that stays held is named, with its holder and graph",
          "[graph][error][process]") {
  untouched_graph g;
  process holder = start_process([&] {
    held_vertices held(*g, 1, 2);
    ::raise(SIGSTOP);
    return 0;
  });
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(holder.pid()), &info,
                   WSTOPPED | WNOWAIT) == 0);
  (*g).set_wait({.limit = 20ms, .stop = {}});
  CHECK_THAT(
      g.refusal(errc::timed_out, [](graph& all) { return all.add_edge(0, 2); }),
      Contains("vertex 2") && Contains(std::to_string(holder.pid())));
  holder.send(SIGKILL);
  CHECK(wait_for(holder) == -SIGKILL);
}

TEST_CASE("options that no graph can have are refused", "[graph][error]") {
  const auto message = [](const graph_options& options) {
    const failure found =
        failure_of([&] { return graph::create(isolated, options); });
    CHECK(found.code == errc::bad_argument);
    return found.message;
  };
  CHECK_THAT(message({.reserve = (16u << 20) - 4096}), Contains("16 MiB"));
  CHECK_THAT(message({.reserve = std::uint64_t{1} << 41}), Contains("1 TiB"));
  CHECK_THAT(message({.reserve = reserve, .limit = 4096}), Contains("128 KiB"));
  CHECK_THAT(message({.payload = {8, 32, "wide"}, .reserve = reserve}),
             Contains("32"));
  CHECK_THAT(message({.payload = {8, 3, "odd"}, .reserve = reserve}),
             Contains("3"));
  CHECK_THAT(message({.payload = {8, 0, "zero"}, .reserve = reserve}),
             Contains("0"));
  CHECK_THAT(message({.payload = {4097, 1, "large"}, .reserve = reserve}),
             Contains("4096"));
  CHECK_THAT(
      message({.payload = {8, 8, std::string(300, 'n')}, .reserve = reserve}),
      Contains("name is too long"));
}

TEST_CASE("each code has the word that messages and --json print",
          "[graph][error]") {
  CHECK(to_string(errc::not_found) == "not_found");
  CHECK(to_string(errc::exists) == "exists");
  CHECK(to_string(errc::busy) == "busy");
  CHECK(to_string(errc::timed_out) == "timed_out");
  CHECK(to_string(errc::corrupt) == "corrupt");
  CHECK(to_string(errc::incompatible) == "incompatible");
  CHECK(to_string(errc::no_space) == "no_space");
  CHECK(to_string(errc::bad_argument) == "bad_argument");
  CHECK(to_string(errc::system) == "system");
}
