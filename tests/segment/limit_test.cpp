// Limits: the graph's own, and those of the process.
#include <sys/resource.h>

#include <barrier>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/memory.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

constexpr std::uint64_t mebibyte = 1u << 20;

graph_options limited(std::uint64_t limit, graph_kind kind,
                      key_kind keys = key_kind::none) {
  graph_options options;
  options.kind = kind;
  options.keys = keys;
  options.reserve = 256 * mebibyte;
  options.limit = limit;
  return options;
}

void limit_process(int resource, std::uint64_t bytes) {
  const rlimit limit{bytes, bytes};
  require(::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) == 0,
          "setrlimit");
}

/// A graph whose reserve was halved until it fitted is as good as any.
void require_works(graph g, std::uint64_t most) {
  require(g.info().bytes_reserved <= most, "the reserve is too large");
  g.add_vertices(1000);
  for (vertex_id v = 0; v < 1000; ++v) g.add_edge(v, 999 - v);
  require(problems(g).empty(), "the graph is damaged");
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a graph stays within its limit, and says so when it is reached",
          "[segment][limit]") {
  const auto placing = GENERATE(placement::anonymous, placement::isolated);
  const auto kind = GENERATE(graph_kind::directed, graph_kind::bidirectional);
  // Not only multiples of what is committed at once.
  const std::uint64_t limit =
      GENERATE(128u << 10, (128u << 10) + 1, (192u << 10) + 4095, 300'007u,
               (1u << 20) - 1, 3'333'333u);
  CAPTURE(placing, limit);
  auto g = graph::create(placing, limited(limit, kind));
  g.add_vertices(100);
  CHECK_THAT(insert_until_full(g), Contains(g.name()) &&
                                       Contains(std::to_string(limit)) &&
                                       Contains("limit"));
  CHECK(g.info().bytes_committed <= limit);
  CHECK(g.info().bytes_limit == limit);
  CHECK(problems(g) == "");

  CHECK_THAT(add_vertices_until_full(g, 1), Contains("limit"));
  CHECK(g.info().bytes_committed <= limit);
  (void)insert_until_full(g);
  CHECK(g.info().bytes_committed <= limit);
  CHECK(problems(g) == "");
}

TEST_CASE("keys stay within the limit, too", "[segment][limit]") {
  // Each part of a page once: buckets, records and numbers share them.
  for (std::uint64_t limit = 128u << 10; limit < 220u << 10; limit += 1021) {
    auto g = graph::create(
        anonymous, limited(limit, graph_kind::directed, key_kind::string));
    failure found;
    while (found.code == errc{}) {
      const std::string key = std::to_string(g.vertex_count());
      found = failure_of([&] { return g.vertex(key); });
    }
    REQUIRE(found.code == errc::no_space);
    REQUIRE_THAT(found.message, Contains(std::to_string(limit)));
    REQUIRE_FALSE(g.find(std::to_string(g.vertex_count())));
    REQUIRE(g.info().bytes_committed <= limit);
    REQUIRE(problems(g) == "");
  }
}

TEST_CASE("the limit holds for the slots of participants, too",
          "[segment][limit][concurrent]") {
  constexpr std::uint64_t limit = 128u << 10;
  constexpr int threads = 64;
  auto g = graph::create(anonymous, limited(limit, graph_kind::directed));
  g.add_vertices(2);
  (void)insert_until_full(g);
  std::barrier together(threads);
  std::vector<std::thread> crowd;
  for (int i = 0; i < threads; ++i) {
    crowd.emplace_back([&] {
      (void)failure_of([&] { return g.neighbors(0).size(); });
      together.arrive_and_wait();
    });
  }
  for (std::thread& one : crowd) one.join();
  CHECK(g.info().bytes_committed <= limit);
  CHECK(problems(g) == "");
}

TEST_CASE(
    "under a limit on address space, the default reserve is halved until "
    "it fits",
    "[segment][limit][process]") {
  if (sanitized) skip("a sanitizer needs more address space than that");
  const auto placing = GENERATE(placement::anonymous, placement::isolated,
                                placement::shared, placement::file);
  CAPTURE(placing);
  const placed where(placing);
  process child = start_process([&] {
    limit_process(RLIMIT_AS, 2048 * mebibyte);
    require_works(graph::create(where), 2048 * mebibyte);
    return 0;
  });
  CHECK(wait_for(child) == 0);
}

TEST_CASE("a reserve that was asked for and does not fit is refused",
          "[segment][limit][process][error]") {
  if (sanitized) skip("a sanitizer needs more address space than that");
  const auto placing = GENERATE(placement::isolated, placement::shared);
  const placed where(placing);
  process child = start_process([&] {
    limit_process(RLIMIT_AS, 1024 * mebibyte);
    const failure found = failure_of(
        [&] { return graph::create(where, {.reserve = 4096 * mebibyte}); });
    require(found.code == errc::no_space, found.message.c_str());
    require(contains(found.message, location(where).name().c_str()) &&
                contains(found.message, "4096 MiB") &&
                contains(found.message, "ulimit -v"),
            found.message.c_str());
    return 0;
  });
  CHECK(wait_for(child) == 0);
  if (placing == placement::shared) {
    CHECK(failure_of([&] { return graph::open(where); }).code ==
          errc::not_found);
  }
}

TEST_CASE("who cannot map the reserve of a graph is told which limit it is",
          "[segment][limit][process][error]") {
  if (sanitized) skip("a sanitizer needs more address space than that");
  const placed where(GENERATE(placement::shared, placement::file));
  auto g = graph::create(where, {.reserve = 4096 * mebibyte});
  g.add_vertices(2);
  process child = start_process([&] {
    limit_process(RLIMIT_AS, 1024 * mebibyte);
    const failure found = failure_of([&] { return graph::open(where); });
    require(found.code == errc::no_space, found.message.c_str());
    require(contains(found.message, g.name().c_str()) &&
                contains(found.message, "4096 MiB") &&
                contains(found.message, "ulimit -v"),
            found.message.c_str());
    return 0;
  });
  CHECK(wait_for(child) == 0);
  CHECK(g.add_edge(0, 1).added);
  CHECK(problems(g) == "");
}

TEST_CASE(
    "under a limit on file sizes, the default reserve is halved until it "
    "fits",
    "[segment][limit][process]") {
  const placed where(
      GENERATE(placement::shared, placement::file, placement::anonymous));
  process child = start_process([&] {
    limit_process(RLIMIT_FSIZE, 100 * mebibyte);
    require_works(graph::create(where), 100 * mebibyte);
    return 0;
  });
  CHECK(wait_for(child) == 0);
}

TEST_CASE("a reserve beyond the limit on file sizes is an error, not a signal",
          "[segment][limit][process][error]") {
  const placed where(placement::file);
  const std::uint64_t reserve = GENERATE(0u, 256 * mebibyte);
  const std::uint64_t limit = reserve == 0 ? mebibyte : 100 * mebibyte;
  process child = start_process([&] {
    limit_process(RLIMIT_FSIZE, limit);
    const failure found =
        failure_of([&] { return graph::create(where, {.reserve = reserve}); });
    require(found.code == errc::no_space, found.message.c_str());
    require(contains(found.message, "ulimit -f"), found.message.c_str());
    return 0;
  });
  CHECK(wait_for(child) == 0);
  CHECK_FALSE(std::filesystem::exists(where.path()));
}
