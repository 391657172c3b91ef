// Keys against std::unordered_map, in both directions.
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/failure.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

constexpr std::size_t longest = 65'535;

graph_options keyed(key_kind keys) {
  graph_options options;
  options.kind = graph_kind::directed;
  options.keys = keys;
  options.reserve = 256u << 20;
  return options;
}

template <typename Key>
constexpr key_kind kind_of =
    std::is_integral_v<Key> ? key_kind::u64 : key_kind::string;

void any_key(seeded_random& random, std::uint64_t& key) {
  // Small ones, which repeat, and some of any size.
  key = random.below(4) ? random.below(3000) : random();
}
void any_key(seeded_random& random, std::string& key) {
  key.resize(random.below(4) ? random.below(3) : random.below(100));
  for (char& c : key) {
    c = static_cast<char>(random.below(4) ? 'a' + random.below(20)
                                          : random.below(256));
  }
}

std::uint64_t key_of(const graph& g, vertex_id v, std::uint64_t) {
  return g.key_number(v);
}
std::string_view key_of(const graph& g, vertex_id v, const std::string&) {
  return g.key(v);
}

}  // namespace

TEMPLATE_TEST_CASE("keys and vertices find each other as in an unordered_map",
                   "[keys][model]", std::uint64_t, std::string) {
#if defined(__SANITIZE_ADDRESS__)
  constexpr int calls = 3'000;
#else
  constexpr int calls = 15'000;
#endif
  const auto placing =
      GENERATE(placement::anonymous, placement::isolated, placement::file);
  const placed where(placing);
  seeded_random random;
  auto g = graph::create(where, keyed(kind_of<TestType>));
  std::unordered_map<TestType, vertex_id> model;
  std::vector<TestType> keys;
  for (int i = 0; i < calls; ++i) {
    TestType key{};
    any_key(random, key);
    const auto known = model.find(key);
    if (random.below(3) == 0) {
      const auto found = g.find(key);
      REQUIRE(found.has_value() == (known != model.end()));
      if (found) REQUIRE(*found == known->second);
      continue;
    }
    // A new key is the next vertex.
    const vertex_id expected = known == model.end()
                                   ? static_cast<vertex_id>(keys.size())
                                   : known->second;
    REQUIRE(g.vertex(key) == expected);
    if (model.emplace(key, expected).second) keys.push_back(key);
    REQUIRE(g.vertex_count() == keys.size());
  }
  for (vertex_id v = 0; v < keys.size(); ++v) {
    REQUIRE(key_of(g, v, TestType{}) == keys[v]);
    REQUIRE(g.find(keys[v]) == v);
  }
  CHECK(problems(g) == "");
}

TEST_CASE("any bytes are a key, from none to 65535", "[keys]") {
  auto g = graph::create(anonymous, keyed(key_kind::string));
  using namespace std::string_literals;
  std::vector<std::string> keys{""s,
                                "\0"s,
                                "\0\0"s,
                                "a"s,
                                "a\0"s,
                                "\0a"s,
                                "\xff\xfe\xfd"s,
                                "12345678"s,
                                "12345678\0"s,
                                "123456789"s,
                                std::string(longest, 'x'),
                                std::string(longest, '\0'),
                                std::string(longest - 1, 'x')};
  for (vertex_id v = 0; v < keys.size(); ++v) {
    CHECK_FALSE(g.find(keys[v]));
    CHECK(g.vertex(keys[v]) == v);
  }
  for (vertex_id v = 0; v < keys.size(); ++v) {
    CHECK(g.vertex(keys[v]) == v);
    CHECK(g.find(keys[v]) == v);
    CHECK(g.key(v) == keys[v]);
  }
  CHECK(problems(g) == "");
}

TEST_CASE("a longer key is refused, with the limit", "[keys][error]") {
  auto g = graph::create(anonymous, keyed(key_kind::string));
  const std::string key(longest + 1, 'k');
  const failure refused = failure_of([&] { return g.vertex(key); });
  CHECK(refused.code == errc::bad_argument);
  CHECK_THAT(refused.message, Contains("65535") && Contains("65536"));
  CHECK_FALSE(g.find(key));
  CHECK(g.vertex_count() == 0);
  CHECK(problems(g) == "");
}

TEST_CASE("every number is a key", "[keys]") {
  auto g = graph::create(anonymous, keyed(key_kind::u64));
  const std::uint64_t keys[] = {0,
                                1,
                                ~std::uint64_t{0},
                                std::uint64_t{1} << 63,
                                std::numeric_limits<std::uint32_t>::max(),
                                0x0102030405060708u};
  for (const std::uint64_t key : keys) {
    const vertex_id v = g.vertex(key);
    CHECK(g.key_number(v) == key);
    CHECK(g.find(key) == v);
  }
  CHECK(g.vertex_count() == 6);
  CHECK(problems(g) == "");
}

TEST_CASE("many long keys, several to an extent or several extents to a key",
          "[keys]") {
  auto g = graph::create(anonymous, keyed(key_kind::string));
  seeded_random random;
  std::vector<std::string> keys;
  for (int i = 0; i < 200; ++i) {
    std::string key = std::to_string(i) + ":";
    key.resize(key.size() + random.below(65'000), static_cast<char>(i));
    REQUIRE(g.vertex(key) == keys.size());
    keys.push_back(key);
    // Blocks between the records.
    for (int e = 0; e < 10; ++e) {
      g.add_edge(static_cast<vertex_id>(random.below(keys.size())), 0);
    }
  }
  for (vertex_id v = 0; v < keys.size(); ++v) REQUIRE(g.key(v) == keys[v]);
  CHECK(problems(g) == "");
}

TEST_CASE("the text of a key stays where it is", "[keys]") {
  auto g = graph::create(anonymous, keyed(key_kind::string));
  const std::string_view first = g.key(g.vertex("libc6"));
  for (int i = 0; i < 5'000; ++i) (void)g.vertex(std::to_string(i));
  CHECK(first == "libc6");
  CHECK(g.key(0).data() == first.data());
}

TEST_CASE("calls for keys that the graph has not are refused",
          "[keys][error]") {
  const auto kind = GENERATE(key_kind::none, key_kind::u64, key_kind::string);
  const placed where(placement::shared);
  auto g = graph::create(where, keyed(kind));
  if (kind == key_kind::none) g.add_vertex();
  if (kind == key_kind::u64) (void)g.vertex(7u);
  if (kind == key_kind::string) (void)g.vertex("7");
  const auto refused = [&](auto&& call) {
    const failure found = failure_of(call);
    CHECK(found.code == errc::bad_argument);
    CHECK_THAT(found.message, Contains(g.name()));
    CHECK(g.vertex_count() == 1);
  };
  if (kind != key_kind::u64) {
    refused([&] { return g.vertex(7u); });
    refused([&] { return g.find(7u); });
    refused([&] { return g.key_number(0); });
  }
  if (kind != key_kind::string) {
    refused([&] { return g.vertex("7"); });
    refused([&] { return g.find("7"); });
    refused([&] { return g.key(0); });
  }
  if (kind != key_kind::none) {
    refused([&] { return g.add_vertex(); });
    refused([&] { return g.add_vertices(3); });
  }
  if (kind == key_kind::string) refused([&] { return g.key(1); });
  if (kind == key_kind::u64) refused([&] { return g.key_number(1); });
  CHECK(problems(g) == "");
}

TEST_CASE("keys are found again in a file that was closed", "[keys]") {
  const placed where(placement::file);
  {
    auto g = graph::create(where, keyed(key_kind::string));
    for (int i = 0; i < 2'000; ++i) (void)g.vertex(std::to_string(i));
  }
  auto g = graph::open(where);
  for (vertex_id v = 0; v < 2'000; ++v) {
    REQUIRE(g.find(std::to_string(v)) == v);
  }
  CHECK(g.vertex("new") == 2'000);
  CHECK(problems(g) == "");
}
