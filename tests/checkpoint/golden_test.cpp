// A checkpoint of each format that there ever was must open for ever.
//
// golden/ has them, each written once, when its format was new:
//
//   build/release/bin/test-checkpoint 'writes the golden files'
//
// writes those that are missing.  None is ever written again.
#include <filesystem>

#include <catch2/catch.hpp>

#include <telar/checkpoint.hpp>

#include "clone/same.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::uint64_t reserve = 16u << 20;

std::string path_of(const char* name) {
  return std::string(TELAR_GOLDEN) + "/" + name;
}
constexpr const char* texts = "format-1-undirected-f64-texts.checkpoint";
constexpr const char* numbers = "format-1-bidirectional-numbers.checkpoint";

graph graph_of_texts() {
  auto g = graph::create(isolated, {.payload = payload_type::of<double>(),
                                    .keys = key_kind::string,
                                    .reserve = reserve});
  for (const char* key : {"Ada", "", "Emmy", "a rather longer key than others",
                          "Zürich", "gone"}) {
    (void)g.vertex(key);
  }
  g.add_edge(0, 2, 0.5);
  g.add_edge(2, 0, -1.5);
  g.add_edge(3, 3, 2.25);
  g.add_edge(4, 5, 9.0);
  g.add_edge(4, 0, 1e300);
  g.remove_vertex(5);
  return g;
}

graph graph_of_numbers() {
  auto g = graph::create(isolated, {.kind = graph_kind::bidirectional,
                                    .parallel = parallel_edges::forbid,
                                    .keys = key_kind::u64,
                                    .reserve = reserve});
  for (std::uint64_t i = 0; i < 7; ++i) (void)g.vertex(i * i << 40 | i);
  for (vertex_id v = 0; v < 6; ++v) g.add_edge(v, 5 - v);
  g.add_edge(3, 3);
  return g;
}

template <typename Payload>
void require_golden(const char* name, const graph& expected) {
  const auto saved = checkpoint::open(path_of(name));
  REQUIRE_NOTHROW(saved.verify());
  REQUIRE_NOTHROW(require_same<Payload>(expected, saved));
  const auto live = saved.restore(anonymous, {.reserve = reserve});
  REQUIRE_NOTHROW(require_same<Payload>(expected, live));
  CHECK(problems(live) == "");
}

}  // namespace

TEST_CASE("checkpoints of format 1 open", "[checkpoint][golden]") {
  require_golden<double>(texts, graph_of_texts());
  require_golden<void>(numbers, graph_of_numbers());
}

TEST_CASE("writes the golden files", "[.]") {
  const auto write = [](const char* name, const graph& g) {
    if (!std::filesystem::exists(path_of(name))) {
      g.checkpoint(path_of(name), {.mode = 0644});
    }
  };
  write(texts, graph_of_texts());
  write(numbers, graph_of_numbers());
}
