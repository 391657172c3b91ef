// Files that were cut, damaged, or made by an enemy.
#include <fstream>
#include <iterator>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/checkpoint.hpp>

#include "checkpoint/forged.hpp"
#include "clone/random_graph.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

using bytes = std::vector<char>;

bytes read_all(const temporary_file& file) {
  std::ifstream in(file.path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_all(const temporary_file& file, const bytes& all) {
  std::ofstream(file.path(), std::ios::binary | std::ios::trunc)
      .write(all.data(), static_cast<std::streamsize>(all.size()));
}

graph small_graph(graph_kind kind, key_kind keys) {
  auto g =
      graph::create(anonymous, {.kind = kind,
                                .payload = payload_type::of<std::uint32_t>(),
                                .keys = keys,
                                .reserve = forged_reserve});
  for (std::uint64_t i = 0; i < 9; ++i) (void)add_named_vertex(g, i);
  for (vertex_id v = 0; v < 9; ++v) {
    g.add_edge(v, v * v % 9, std::uint32_t{7} * v);
  }
  g.remove_vertex(5);
  return g;
}

}  // namespace

TEST_CASE("no flipped bit of a checkpoint goes unnoticed, and each is named",
          "[checkpoint][hostile]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  const auto keys = GENERATE(key_kind::u64, key_kind::string);
  const temporary_file file("flipped");
  small_graph(kind, keys).checkpoint(file.text());
  const bytes good = read_all(file);
  seeded_random random;
  for (std::size_t at = 0; at < good.size(); ++at) {
    bytes bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1 << random.below(8));
    write_all(file, bad);
    const failure found = failure_of([&] {
      checkpoint::open(file.text()).verify();
      return 0;
    });
    INFO("byte " << at);
    REQUIRE((found.code == errc::corrupt || found.code == errc::incompatible));
    REQUIRE_THAT(found.message, Contains(file.text()));
  }
}

TEST_CASE("a checkpoint that was cut is refused", "[checkpoint][hostile]") {
  const temporary_file file("cut");
  small_graph(graph_kind::directed, key_kind::string).checkpoint(file.text());
  const bytes good = read_all(file);
  for (std::size_t size = 0; size < good.size(); ++size) {
    write_all(file, bytes(good.begin(),
                          good.begin() + static_cast<std::ptrdiff_t>(size)));
    const failure found =
        failure_of([&] { return checkpoint::open(file.text()); });
    INFO("cut to " << size);
    REQUIRE(found.code == errc::corrupt);
    if (size >= 1024) REQUIRE_THAT(found.message, Contains("cut"));
  }
  bytes longer = good;
  longer.push_back(0);
  write_all(file, longer);
  CHECK(failure_of([&] { return checkpoint::open(file.text()); }).code ==
        errc::corrupt);
}

TEST_CASE("a forged checkpoint is an error where it is used, and not restored",
          "[checkpoint][hostile]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto keys = GENERATE(key_kind::none, key_kind::u64, key_kind::string);
  const temporary_file file("forged");
  small_graph(kind, keys).checkpoint(file.text());
  const bytes good = read_all(file);
  seeded_random random;
  const int trials = 3'000;
  for (int i = 0; i < trials; ++i) {
    bytes bad = good;
    const std::size_t flips = 1 + random.below(3);
    for (std::size_t k = 0; k < flips; ++k) {
      const std::size_t at =
          random.below(2) != 0 ? random.below(400) : random.below(bad.size());
      bad[at] = static_cast<char>(random.below(3) == 0 ? 0xff : random());
    }
    forge(bad);
    write_all(file, bad);
    try {
      use_forged(file.text());
    } catch (const error& refused) {
      REQUIRE((refused.code() == errc::corrupt ||
               refused.code() == errc::incompatible));
    }
  }
}

TEST_CASE("verify says which promise a forged checkpoint breaks",
          "[checkpoint][hostile]") {
  const temporary_file file("forged");
  small_graph(graph_kind::undirected, key_kind::string).checkpoint(file.text());
  bytes bad = read_all(file);
  auto& header = header_of(bad);
  const auto word = [&](detail::checkpoint_part part, std::size_t i) {
    return reinterpret_cast<std::uint32_t*>(bad.data() +
                                            header.sections[part].offset) +
           i;
  };
  const char* says = "";
  SECTION("a neighbour that does not exist") {
    *word(detail::out_targets, 2) = 4711;
    says = "4711, which does not exist";
  }
  SECTION("an edge with one end") {
    *word(detail::out_targets, 2) = 8;
    says = "one of their ends only";
  }
  SECTION("a list beyond the end") {
    *word(detail::out_offsets, 4) = 4711;
    says = "is not where it says";
  }
  SECTION("a neighbour that was removed") {
    *word(detail::out_targets, 2) = 5;
    says = "was removed";
  }
  SECTION("a key that leads to another vertex") {
    for (std::uint64_t i = 0; i < header.key_slots; ++i) {
      if (*word(detail::key_slots, i) == 1) *word(detail::key_slots, i) = 2;
    }
    says = "is not found by its key";
  }
  SECTION("another number of edges") {
    ++header.edges;
    says = "number of edges";
  }
  SECTION("a later format") {
    header.format = 7;
    says = "format 7";
  }
  forge(bad);
  write_all(file, bad);
  const failure found = failure_of([&] {
    checkpoint::open(file.text()).verify();
    return 0;
  });
  CHECK_THAT(found.message, Contains(says));
  CHECK(failure_of([&] {
          return checkpoint::open(file.text())
              .restore(isolated, {.reserve = forged_reserve});
        }).message == found.message);
}
