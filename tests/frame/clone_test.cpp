// Copies of tables, and of graphs with columns.
#include <catch2/catch.hpp>

#include <telar/frame.hpp>

#include "support/failure.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::uint64_t reserve = 64u << 20;

/// A column of each type, and rows that nobody has written.
void fill(frame& table) {
  const auto each = [&]<typename T>(const char* name, T) {
    const auto made = table.add_column<T>(name);
    for (std::uint64_t i = 0; i < table.rows(); i += 3) {
      if constexpr (std::is_same_v<T, std::string>) {
        made.store(i, std::string(i % 50, 'x'));
      } else {
        made.store(i, static_cast<T>(i * 7));
      }
    }
  };
  each("i8", std::int8_t{});
  each("i16", std::int16_t{});
  each("i32", std::int32_t{});
  each("i64", std::int64_t{});
  each("u8", std::uint8_t{});
  each("u16", std::uint16_t{});
  each("u32", std::uint32_t{});
  each("u64", std::uint64_t{});
  each("f32", float{});
  each("f64", double{});
  each("bool", bool{});
  each("string", std::string{});
}

}  // namespace

TEST_CASE("a table's clone has its columns, in any placement",
          "[frame][clone]") {
  const auto to = GENERATE(placement::shared, placement::file,
                           placement::anonymous, placement::isolated);
  const placed there(to);
  auto table = frame::create(anonymous, {.reserve = reserve});
  table.append_rows(1000);
  fill(table);
  REQUIRE(table.drop_column("i16"));
  const std::string before = table.text(0, 0);

  auto copy = table.clone(there, {.reserve = reserve});
  CHECK(copy.columns() == table.columns());
  CHECK(copy.text(0, 0) == before);
  CHECK(copy.check().problems.empty());
  copy.column<std::uint8_t>("u8").store(0, 1);
  copy.append_rows(3);
  CHECK(table.text(0, 0) == before);
  if (to > placement::file) return;
  CHECK(frame::open(there).columns() == table.columns());
}

TEST_CASE("a graph's clone has its vertex table", "[frame][clone]") {
  auto g = graph::create(anonymous, {.payload = payload_type::of<double>(),
                                     .keys = key_kind::string,
                                     .reserve = reserve});
  for (const char* key : {"Ada", "Emmy", "Sofia"}) (void)g.vertex(key);
  g.add_edge(0, 2, 0.5);
  g.remove_vertex(1);
  frame people(g);
  people.add_column<int>("born", std::vector<int>{1815, 1882, 1850});
  const frame copy = people.clone(isolated, {.reserve = reserve});
  CHECK(copy.vertices().find("Sofia") == 2);
  CHECK(copy.vertices().is_removed(1));
  CHECK(copy.vertices().payload<double>({0, 2, 0}) == 0.5);
  CHECK(copy.column<int>("born").load(2) == 1850);
  CHECK(copy.check().problems.empty());
}

TEST_CASE("a table's clone that does not fit leaves nothing",
          "[frame][clone]") {
  const placed there(placement::shared);
  auto table = frame::create(anonymous, {.reserve = reserve});
  table.append_rows(100'000);
  table.add_column<double>("x", 1.5);
  CHECK(failure_of([&] {
          return table.clone(there, {.reserve = reserve, .limit = 2u << 20});
        }).code == errc::no_space);
  CHECK(failure_of([&] { return frame::open(there); }).code == errc::not_found);
}
