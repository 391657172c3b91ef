// Columns against std::vector: the same operations, the same cells.
#include <catch2/catch.hpp>

#include <limits>
#include <optional>
#include <string>

#include "frame/tables.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

template <typename T>
T value_of(std::uint64_t bits) {
  if constexpr (std::is_same_v<T, std::string>) {
    return std::string(bits % 5 == 0 ? 0 : bits % 40,
                       static_cast<char>('a' + bits % 26));
  } else if constexpr (std::is_same_v<T, bool>) {
    return bits % 2 == 1;
  } else {
    return static_cast<T>(bits);
  }
}

/// Random stores, appends and loads, of one type.
template <typename T>
void compare(placement where) {
  seeded_random random;
  const placed there(where);
  frame table = small_table(random.below(20), there);
  const auto first = value_of<T>(random());
  const auto cells = table.add_column<T>("cells", first);
  std::vector<T> model(table.rows(), first);
  for (int step = 0; step < 3'000; ++step) {
    const std::uint64_t what = random.below(20);
    if (what == 0) {
      const std::uint64_t count = random.below(300);
      if (count != 0) REQUIRE(table.append_rows(count) == model.size());
      model.resize(model.size() + count);
    } else if (!model.empty()) {
      const std::uint64_t row = random.below(model.size());
      REQUIRE(cells.load(row) == model[row]);
      model[row] = value_of<T>(random());
      cells.store(row, model[row]);
    }
  }
  REQUIRE(cells_of<T>(table, "cells") == model);
  if constexpr (!std::is_same_v<T, std::string>) {
    const auto span = cells.span();
    REQUIRE(std::equal(span.begin(), span.end(), model.begin(), model.end()));
  }
  REQUIRE(problems(table) == "");
}

}  // namespace

TEMPLATE_TEST_CASE("a column holds what was stored, as a vector does",
                   "[frame][model]", std::int8_t, std::int64_t, std::uint16_t,
                   std::uint32_t, float, double, bool, std::string) {
  const auto where = GENERATE(placement::shared, placement::file,
                              placement::anonymous, placement::isolated);
  CAPTURE(where);
  compare<TestType>(where);
}

TEST_CASE("every type keeps its least and its greatest value", "[frame]") {
  frame table = small_table(2);
  const auto check = [&]<typename T>(T) {
    const std::string name(to_string(detail::column_type_of<T>()));
    const auto cells = table.add_column<T>(name);
    cells.store(0, std::numeric_limits<T>::lowest());
    cells.store(1, std::numeric_limits<T>::max());
    CHECK(cells.load(0) == std::numeric_limits<T>::lowest());
    CHECK(cells.load(1) == std::numeric_limits<T>::max());
    CHECK(table.column<T>(name).span()[1] == std::numeric_limits<T>::max());
  };
  check(std::int8_t{});
  check(std::int16_t{});
  check(std::int32_t{});
  check(std::int64_t{});
  check(std::uint8_t{});
  check(std::uint16_t{});
  check(std::uint32_t{});
  check(std::uint64_t{});
  check(float{});
  check(double{});
  check(bool{});
  CHECK(table.columns().size() == 11);
  CHECK(table.columns()[10] == column_info{"bool", column_type::boolean});
  CHECK(problems(table) == "");
}

TEST_CASE("a graph's vertices are the rows of its table", "[frame]") {
  const auto keys = GENERATE(key_kind::none, key_kind::string);
  auto g = graph::create(anonymous, {.keys = keys, .reserve = 64u << 20});
  const auto add = [&](const char* key) {
    return keys == key_kind::none ? g.add_vertex() : g.vertex(key);
  };
  add("ann");
  frame people(g);
  const auto age = people.add_column<std::uint8_t>("age", 30);
  const vertex_id bob = add("bob");
  CHECK(people.rows() == 2);
  CHECK(age.load(0) == 30);
  CHECK(age.load(bob) == 0);  // nobody has written it
  age.store(bob, 41);
  for (int i = 0; i < 10'000; ++i) add(std::to_string(i).c_str());
  g.add_edge(0, bob);
  CHECK(age.span().size() == 10'002);
  CHECK(age.span()[bob] == 41);
  CHECK(age.load(10'001) == 0);
  CHECK(frame(g).column<std::uint8_t>("age").load(bob) == 41);
  CHECK(problems(people) == "");
}

TEST_CASE("a table outlives the graph handle that it was made from",
          "[frame]") {
  std::optional<frame> table;
  {
    auto g = graph::create(isolated, {.reserve = 64u << 20});
    g.add_vertices(3);
    table.emplace(g);
  }
  const auto cells = table->add_column<int>("x", 7);
  table.reset();
  CHECK(cells.load(2) == 7);
}

TEST_CASE("a named table is opened with its columns", "[frame][process]") {
  const placed where(GENERATE(placement::shared, placement::file));
  frame table = frame::create(where, {.reserve = 64u << 20});
  table.append_rows(1000);
  table.add_column<std::int32_t>("n", 5);
  table.add_column<std::string>("s", "first");
  process other = start_process([&] {
    frame mine = frame::open(where);
    require(mine.column<std::int32_t>("n").load(999) == 5, "the number");
    require(mine.column<std::string>("s").load(999) == "first", "the string");
    mine.column<std::int32_t>("n").store(1, 9);
    mine.column<std::string>("s").store(1, "second");
    mine.add_column<double>("x", 0.5);
    return 0;
  });
  CHECK(wait_for(other) == 0);
  CHECK(table.column<std::int32_t>("n").load(1) == 9);
  CHECK(table.column<std::string>("s").load(1) == "second");
  CHECK(table.column<double>("x").load(1) == 0.5);
  CHECK(problems(table) == "");
  CHECK(frame::remove(where));
  CHECK_FALSE(frame::remove(where));
}

TEST_CASE("a child's changes to an isolated table are its own",
          "[frame][process]") {
  frame table = small_table(10, isolated);
  const auto cells = table.add_column<int>("x", 1);
  process child = start_process([&] {
    cells.store(0, 2);
    table.add_column<int>("y", 3);
    table.drop_column("x");
    require(table.column<int>("y").load(9) == 3, "its own column");
    require(problems(table).empty(), "its table is damaged");
    return 0;
  });
  CHECK(wait_for(child) == 0);
  CHECK(cells.load(0) == 1);
  CHECK_FALSE(table.has("y"));
  CHECK(problems(table) == "");
}
