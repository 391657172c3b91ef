// Checkpoints: what they hold, and what becomes of them.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/checkpoint.hpp>
#include <telar/snapshot.hpp>

#include "checkpoint/crc32c.hpp"
#include "clone/random_graph.hpp"
#include "clone/same.hpp"
#include "support/failure.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

constexpr std::uint64_t reserve = 64u << 20;

}  // namespace

TEMPLATE_TEST_CASE(
    "a checkpoint is what the graph was, and is made a live graph again in any "
    "placement",
    "[checkpoint]", void, double, triple, std::uint8_t) {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto keys = GENERATE(key_kind::none, key_kind::u64, key_kind::string);
  const auto parallel = GENERATE(parallel_edges::allow, parallel_edges::forbid);
  CAPTURE(to_string(kind), to_string(keys), to_string(parallel));
  seeded_random random;
  const temporary_file file("checkpoint");
  auto g = graph::create(anonymous, {.kind = kind,
                                     .payload = payload_type::of<TestType>(),
                                     .parallel = parallel,
                                     .keys = keys,
                                     .reserve = reserve});
  fill<TestType>(g, random);
  const auto then = g.snapshot();
  fill<TestType>(g, random);
  then.checkpoint(file.text());

  const auto saved = checkpoint::open(file.text());
  REQUIRE_NOTHROW(saved.verify());
  REQUIRE_NOTHROW(require_same<TestType>(then, saved));
  CHECK(saved.name() == file.text());
  CHECK(saved.epoch() == then.epoch());
  CHECK(saved.uuid() == g.info().uuid);
  CHECK(saved.find_edge(0, 1) == then.find_edge(0, 1));
  std::uint64_t edges = 0;
  saved.for_each_edge([&](const edge& e) {
    ++edges;
    REQUIRE(saved.neighbors(e.source)[e.position] == e.target);
  });
  CHECK(edges == then.edge_count());
  for (const auto to : {placement::shared, placement::file,
                        placement::anonymous, placement::isolated}) {
    const placed there(to);
    auto live = saved.restore(there, {.reserve = reserve});
    REQUIRE(problems(live) == "");
    REQUIRE_NOTHROW(require_same<TestType>(then, live));
    fill<TestType>(live, random);
    REQUIRE(problems(live) == "");
  }
}

TEST_CASE("an empty graph has a checkpoint", "[checkpoint]") {
  const auto keys = GENERATE(key_kind::none, key_kind::u64, key_kind::string);
  const temporary_file file("checkpoint");
  const auto g = graph::create(anonymous, {.keys = keys, .reserve = reserve});
  g.checkpoint(file.text());
  const auto saved = checkpoint::open(file.text());
  saved.verify();
  CHECK(saved.vertex_count() == 0);
  CHECK(failure_of([&] { return saved.neighbors(0); }).code ==
        errc::bad_argument);
  if (keys == key_kind::string) CHECK(!saved.find("a"));
  CHECK(problems(saved.restore(isolated, {.reserve = reserve})) == "");
}

TEST_CASE("a checkpoint replaces an older one, whose readers go on",
          "[checkpoint]") {
  const temporary_folder folder("checkpoint");
  const std::string path = (folder.path() / "saved").string();
  auto g = graph::create(anonymous, {.reserve = reserve});
  g.add_vertices(3);
  g.checkpoint(path, {.mode = 0640});
  struct stat state {};
  REQUIRE(::stat(path.c_str(), &state) == 0);
  CHECK((state.st_mode & 0777) == 0640);
  const auto first = checkpoint::open(path);
  g.add_vertices(3);
  g.checkpoint(path);
  CHECK(first.vertex_count() == 3);
  CHECK_NOTHROW(first.verify());
  CHECK(checkpoint::open(path).vertex_count() == 6);
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a file that is no checkpoint is not replaced", "[checkpoint]") {
  const temporary_folder folder("checkpoint");
  const std::string path = (folder.path() / "other").string();
  const auto g = graph::create(anonymous, {.reserve = reserve});
  SECTION("a live graph") {
    { const auto live = graph::create(path, {.reserve = reserve}); }
    const failure found = failure_of([&] {
      g.checkpoint(path);
      return 0;
    });
    CHECK(found.code == errc::exists);
    CHECK_THAT(found.message, Contains("no checkpoint"));
    CHECK(graph::open(path).vertex_count() == 0);
  }
  SECTION("a letter") {
    std::ofstream(path) << "Dear Sir or Madam";
    CHECK(failure_of([&] {
            g.checkpoint(path);
            return 0;
          }).code == errc::exists);
  }
  SECTION("a folder") {
    std::filesystem::create_directory(path);
    CHECK(failure_of([&] {
            g.checkpoint(path);
            return 0;
          }).code == errc::exists);
  }
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("progress is told to the end, and whoever throws there ends the call",
          "[checkpoint]") {
  const temporary_folder folder("checkpoint");
  const std::string path = (folder.path() / "saved").string();
  constexpr std::uint64_t larger = 4 * reserve;
  auto g = graph::create(anonymous, {.reserve = larger});
  g.add_vertices(1 << 20);
  std::vector<std::uint64_t> told;
  const auto note = [&](std::uint64_t done, std::uint64_t of) {
    REQUIRE(done <= of);
    REQUIRE((told.empty() || done >= told.back()));
    told.push_back(done);
    if (done == of) told.push_back(of);
  };
  const auto require_ended = [&] {
    REQUIRE(told.size() > 4);
    CHECK(told[told.size() - 2] == told.back());
    told.clear();
  };
  g.checkpoint(path, {.progress = note});
  require_ended();
  const auto saved = checkpoint::open(path);
  (void)saved.restore(anonymous, {.reserve = larger, .progress = note});
  require_ended();

  const auto stop = [](std::uint64_t, std::uint64_t) { throw 1; };
  CHECK_THROWS_AS(g.checkpoint(path, {.progress = stop}), int);
  CHECK_THROWS_AS(saved.verify(stop), int);
  CHECK(files_in(folder.path()) == 1);
  CHECK_NOTHROW(checkpoint::open(path).verify());
}

TEST_CASE(
    "a checkpoint and a live graph say what they are when taken for the "
    "other",
    "[checkpoint][error]") {
  const temporary_file file("checkpoint");
  auto g = graph::create(anonymous, {.reserve = reserve});
  g.checkpoint(file.text());
  const failure live = failure_of([&] { return graph::open(file.text()); });
  CHECK(live.code == errc::incompatible);
  CHECK_THAT(live.message, Contains("telar restore"));
  std::filesystem::remove(file.path());
  { const auto other = graph::create(file, {.reserve = reserve}); }
  const failure saved =
      failure_of([&] { return checkpoint::open(file.text()); });
  CHECK(saved.code == errc::incompatible);
  CHECK_THAT(saved.message, Contains("telar checkpoint"));
}

TEST_CASE("a checkpoint refuses what it does not have, by name",
          "[checkpoint][error]") {
  const temporary_file file("checkpoint");
  auto g = graph::create(
      anonymous, {.payload = payload_type::of<double>(), .reserve = reserve});
  g.add_vertices(2);
  g.add_edge(0, 1, 0.5);
  g.checkpoint(file.text());
  const auto saved = checkpoint::open(file.text());
  const auto refused = [&](auto&& call) { return failure_of(call); };
  CHECK_THAT(refused([&] { return saved.neighbors(2); }).message,
             Contains("no vertex 2"));
  CHECK_THAT(refused([&] { return saved.in_neighbors(0); }).message,
             Contains("bidirectional"));
  CHECK_THAT(refused([&] { return saved.half_edges<float>(0); }).message,
             Contains("f64"));
  CHECK_THAT(refused([&] { return saved.key(0); }).message, Contains("keys"));
  CHECK_THAT(refused([&] {
               return saved.payload<double>({0, 1, 7});
             }).message,
             Contains("entry 7"));
  CHECK(saved.payload<double>({0, 1, 0}) == 0.5);
  CHECK(failure_of([] { return checkpoint::open("/nowhere/x"); }).code ==
        errc::not_found);
  CHECK(failure_of([&] {
          g.checkpoint("/nowhere/x");
          return 0;
        }).code == errc::not_found);
}

TEST_CASE("the two ways to the checksum agree", "[checkpoint]") {
  seeded_random random;
  std::vector<unsigned char> bytes(1000);
  for (auto& byte : bytes) byte = static_cast<unsigned char>(random());
  CHECK(detail::crc32c_of("123456789", 9) == 0xe3069283u);
  for (int i = 0; i < 200; ++i) {
    const std::size_t size = random.below(bytes.size());
    const std::size_t cut = random.below(size + 1);
    detail::crc32c sum;
    sum.add(bytes.data(), cut);
    sum.add(bytes.data() + cut, size - cut);
    CHECK(sum.value() ==
          ~detail::portable_crc32c(0xffffffffu, bytes.data(), size));
  }
}
