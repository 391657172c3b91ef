// Comparing, assigning, choosing, aggregating, grouping.
#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <map>

#include "frame/tables.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;
using rows = std::vector<std::uint64_t>;

namespace {

frame notebook() {
  frame table = small_table(5);
  table.add_column<std::int64_t>("col1",
                                 std::vector<std::int64_t>{1, 2, 3, 4, 5});
  table.add_column<std::int64_t>("col2",
                                 std::vector<std::int64_t>{6, 7, 8, 9, 10});
  return table;
}

const double no_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("a column is mapped and another assigned to, as in the notebook",
          "[frame][process]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  frame table = notebook();
  table.transform<std::int64_t>(
      "col1", [](auto x) { return x + 5; }, crew_runner{crew_of, 3});
  table["col2"].where(table["col1"] >= 8) = 10;
  CHECK(cells_of<std::int64_t>(table, "col1") ==
        std::vector<std::int64_t>{6, 7, 8, 9, 10});
  CHECK(cells_of<std::int64_t>(table, "col2") ==
        std::vector<std::int64_t>{6, 7, 10, 10, 10});
  CHECK(table.text() ==
        "   col1  col2\n"
        "0     6     6\n"
        "1     7     7\n"
        "2     8    10\n"
        "3     9    10\n"
        "4    10    10");
  CHECK(problems(table) == "");
}

TEST_CASE("masks are combined as sets", "[frame]") {
  const frame table = notebook();
  const auto a = table["col1"];
  const auto b = table["col2"];
  CHECK(((a > 1) & (b < 10)).rows() == rows{1, 2, 3});
  CHECK(((a < 2) | (b >= 10)).rows() == rows{0, 4});
  CHECK(((a <= 3) ^ (b > 6)).rows() == rows{0, 3, 4});
  CHECK((!(a == 3)).rows() == (a != 3).rows());
  CHECK((a != 3).count() == 4);
  const failure found = failure_of([&] { return (a == 3) & mask(4); });
  CHECK(found.code == errc::bad_argument);
  CHECK_THAT(found.message, Contains("5") && Contains("4"));
}

TEST_CASE("numbers compare as numbers, whatever their types", "[frame]") {
  frame table = small_table(3);
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  table.add_column<std::int64_t>("i", std::vector<std::int64_t>{-1, 7, large});
  table.add_column<std::uint64_t>(
      "u", std::vector<std::uint64_t>{0, 7, ~std::uint64_t{0}});
  table.add_column<double>("d", std::vector<double>{-0.5, no_number, 7});
  table.add_column<bool>("b", std::vector<bool>{true, false, true});
  table.add_column<std::string>("s", std::vector<std::string>{"a", "", "b"});
  CHECK((table["i"] < 7u).rows() == rows{0});
  CHECK((table["i"] > 9007199254740992.0).rows() == rows{2});
  CHECK((table["u"] > -1).count() == 3);
  CHECK((table["u"] == 7.0).rows() == rows{1});
  CHECK((table["d"] < 0).rows() == rows{0});
  CHECK((table["d"] == no_number).count() == 0);
  CHECK((table["d"] != no_number).count() == 3);
  CHECK((table["b"] == true).rows() == rows{0, 2});
  CHECK((table["b"] == 1).rows() == rows{0, 2});
  CHECK((table["s"] > "").rows() == rows{0, 2});
  CHECK((table["s"] == std::string("b")).rows() == rows{2});
  CHECK(failure_of([&] { return table["s"] == 1; }).code == errc::bad_argument);
  CHECK(failure_of([&] { return table["i"] == "1"; }).code ==
        errc::bad_argument);
}

TEST_CASE("a value that a column cannot hold is refused before anything is set",
          "[frame][error]") {
  frame table = small_table(2);
  table.add_column<std::int8_t>("i", 1);
  table.add_column<std::uint16_t>("u", 1);
  table.add_column<bool>("b", true);
  table.add_column<std::string>("s", "x");
  table.add_column<float>("f", 1.5F);
  const mask all(2, true);
  const auto refused = [&](const char* name, const auto& value) {
    const failure found = failure_of([&] {
      table[name].where(all) = value;
      return 0;
    });
    CHECK(found.code == errc::bad_argument);
    CHECK_THAT(found.message, Contains("cannot hold"));
  };
  refused("i", 128);
  refused("i", 0.5);
  refused("i", no_number);
  refused("i", "1");
  refused("u", -1);
  refused("u", 65536.0);
  refused("b", 2);
  refused("s", 1);
  refused("f", "1");
  CHECK(table["i"].get(0) == cell_value(std::int64_t{1}));
  CHECK(table["s"].get(1) == cell_value(std::string("x")));
  table["i"].where(all) = -128.0;
  table["b"].where(all) = 0;
  table["f"].set(0, 2);
  table["s"].fill("filled");
  CHECK(table["i"].get(1) == cell_value(std::int64_t{-128}));
  CHECK(table["b"].get(1) == cell_value(false));
  CHECK(table["f"].get(0) == cell_value(2.0));
  CHECK(table["s"].get(1) == cell_value(std::string("filled")));
  CHECK(failure_of([&] {
          table["i"].where(mask(3, true)) = 1;
          return 0;
        }).code == errc::bad_argument);
}

TEST_CASE("aggregates leave NaN out, and know their limits", "[frame]") {
  frame table = small_table(4);
  table.add_column<double>("d",
                           std::vector<double>{1e100, 1, -1e100, no_number});
  table.add_column<std::int32_t>("i", std::vector<std::int32_t>{4, -3, 2, 2});
  table.add_column<std::uint64_t>("u", ~std::uint64_t{0} / 2);
  table.add_column<bool>("b", std::vector<bool>{true, false, true, true});
  table.add_column<std::string>("s",
                                std::vector<std::string>{"b", "a", "c", "a"});
  CHECK(table["d"].sum() == cell_value(1.0));
  CHECK(table["d"].count() == 3);
  CHECK(table["d"].mean() == 1.0 / 3);
  CHECK(table["d"].min() == cell_value(-1e100));
  CHECK(table["i"].sum() == cell_value(std::int64_t{5}));
  CHECK(table["i"].mean() == 1.25);
  CHECK(table["i"].max() == cell_value(std::int64_t{4}));
  CHECK(table["b"].sum() == cell_value(std::uint64_t{3}));
  CHECK(table["s"].min() == cell_value(std::string("a")));
  CHECK(table["s"].count() == 4);
  CHECK(failure_of([&] { return table["s"].sum(); }).code ==
        errc::bad_argument);
  const failure large = failure_of([&] { return table["u"].sum(); });
  CHECK(large.code == errc::bad_argument);
  CHECK_THAT(large.message, Contains("64 bits"));
  frame empty = small_table(0);
  empty.add_column<double>("d");
  CHECK(std::isnan(empty["d"].mean()));
  CHECK_FALSE(empty["d"].max());
}

TEST_CASE("groups are as a map would make them", "[frame][model]") {
  seeded_random random;
  frame table = small_table(500);
  const auto key = table.add_column<std::string>("key");
  const auto value = table.add_column<std::int16_t>("value");
  std::map<std::string, std::vector<std::int16_t>> model;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const std::string k = "k" + std::to_string(random.below(20));
    const auto v = static_cast<std::int16_t>(random());
    key.store(i, k);
    value.store(i, v);
    model[k].push_back(v);
  }
  const grouping groups = table.group_by("key");
  const frame sums = groups.sum("value");
  const frame means = groups.mean("value");
  const frame least = groups.min("value");
  const frame most = groups.max("value");
  const frame counts = groups.count("value");
  REQUIRE(sums.rows() == model.size());
  std::uint64_t i = 0;
  for (const auto& [k, all] : model) {
    std::int64_t sum = 0;
    for (const auto v : all) sum += v;
    const auto count = static_cast<std::int64_t>(all.size());
    CHECK(sums.column<std::string>("key").load(i) == k);
    CHECK(sums.column<std::int64_t>("value").load(i) == sum);
    CHECK(means.column<double>("value").load(i) ==
          static_cast<double>(sum) / static_cast<double>(count));
    CHECK(least.column<std::int16_t>("value").load(i) ==
          *std::min_element(all.begin(), all.end()));
    CHECK(most.column<std::int16_t>("value").load(i) ==
          *std::max_element(all.begin(), all.end()));
    CHECK(counts.column<std::int64_t>("value").load(i) == count);
    ++i;
  }
  CHECK(groups.count("key").columns()[1].name == "value");
  CHECK(failure_of([&] { return groups.sum("absent").rows(); }).code ==
        errc::not_found);
  CHECK(failure_of([&] { return groups.sum("key").rows(); }).code ==
        errc::bad_argument);
}

TEST_CASE("chosen rows and columns make a table of their own", "[frame]") {
  const frame table = notebook();
  frame some = table.select(table["col1"] > 3);
  CHECK(some.text() == "   col1  col2\n0     4     9\n1     5    10");
  some["col1"].set(0, 40);
  CHECK(table["col1"].get(3) == cell_value(std::int64_t{4}));
  const frame one = table.select(std::vector<std::string>{"col2"}, anonymous);
  CHECK(one.columns() == std::vector<column_info>{{"col2", column_type::i64}});
  CHECK(one.rows() == 5);
  CHECK(failure_of([&] {
          return table.select(std::vector<std::string>{"col3"}).rows();
        }).code == errc::not_found);
}

TEST_CASE("a number that floating point would not hold exactly is refused",
          "[frame][error]") {
  frame table = small_table(1);
  table.add_column<double>("d", 0.5);
  table.add_column<float>("f", 0.5F);
  const auto code = [&](const char* name, const auto& value) {
    return failure_of([&] { return table[name].set(0, value), 0; }).code;
  };
  CHECK(code("d", (std::int64_t{1} << 53) + 1) == errc::bad_argument);
  CHECK(code("d", ~std::uint64_t{0}) == errc::bad_argument);
  CHECK(code("f", (1 << 24) + 1) == errc::bad_argument);
  CHECK(code("f", 1e300) == errc::bad_argument);
  CHECK(table["d"].get(0) == cell_value(0.5));
  CHECK(table["f"].get(0) == cell_value(0.5));
  CHECK(code("d", std::int64_t{1} << 53) == errc{});
  CHECK(code("d", std::numeric_limits<std::int64_t>::min()) == errc{});
  CHECK(code("f", 0.1) == errc{});
  CHECK(table["f"].get(0) == cell_value(static_cast<double>(0.1F)));
  CHECK(code("f", std::numeric_limits<double>::infinity()) == errc{});
  CHECK(code("f", no_number) == errc{});
}

TEST_CASE("a choice that cannot be made leaves no table", "[frame][error]") {
  const frame table = notebook();
  const segment_name name("chosen");
  CHECK(failure_of([&] {
          return table.select(std::vector<std::string>{"col1", "col1"}, name)
              .rows();
        }).code == errc::exists);
  CHECK(failure_of([&] { return frame::open(name); }).code == errc::not_found);
}

TEST_CASE("groups have room for long strings, and names of their own",
          "[frame]") {
  frame table = small_table(300);
  const auto value = table.add_column<std::string>("value");
  for (std::uint64_t i = 0; i < 300; ++i) {
    value.store(i, std::to_string(i) + std::string(30'000, 'x'));
  }
  const frame counts = table.group_by("value").count("value");
  CHECK(counts.rows() == 300);
  CHECK(counts.columns()[0].name == "value");
  CHECK(counts.columns()[1].name == "value.1");
  CHECK(table.group_by("value").max("value").rows() == 300);
}

TEST_CASE("NaN makes no group, zeros one, and a group of NaN has no mean",
          "[frame]") {
  frame table = small_table(5);
  table.add_column<double>("key",
                           std::vector<double>{0.0, -0.0, no_number, 2, 2});
  table.add_column<float>("x", std::vector<float>{1, 2, 3, NAN, NAN});
  const grouping groups = table.group_by("key");
  CHECK(cells_of<double>(groups.sum("x"), "x") == std::vector<double>{3, 0});
  CHECK(cells_of<std::int64_t>(groups.count("x"), "x") ==
        std::vector<std::int64_t>{2, 0});
  CHECK(std::isnan(cells_of<double>(groups.mean("x"), "x")[1]));
  CHECK(std::isnan(cells_of<float>(groups.min("x"), "x")[1]));
}
