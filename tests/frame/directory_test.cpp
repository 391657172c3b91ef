// Adding, finding, dropping and packing columns.
#include <catch2/catch.hpp>

#include "frame/tables.hpp"
#include "support/memory.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

TEST_CASE("columns are listed in the order in which they were added",
          "[frame]") {
  frame table = small_table(3);
  table.add_column<int>("c");
  table.add_column<double>("a");
  table.add_column<std::string>("b");
  CHECK(table.drop_column("c"));
  table.add_column<bool>("d");
  table.add_column<int>("c");
  const std::vector<column_info> expected{{"a", column_type::f64},
                                          {"b", column_type::string},
                                          {"d", column_type::boolean},
                                          {"c", column_type::i32}};
  CHECK(table.columns() == expected);
  CHECK(table.has("a"));
  CHECK_FALSE(table.has("e"));
}

TEST_CASE("a dropped column is gone, and its place begins with zeros",
          "[frame]") {
  const auto where = GENERATE(placement::anonymous, placement::isolated);
  frame table = small_table(5'000, where);
  const auto old = table.add_column<std::uint64_t>("x", ~std::uint64_t{0});
  table.add_column<std::string>("s", "text");
  CHECK(table.drop_column("x"));
  CHECK(table.drop_column("s"));
  CHECK_FALSE(table.drop_column("x"));
  for (const char* name : {"one", "two"}) {
    const auto fresh = table.add_column<std::uint32_t>(name);
    for (const std::uint32_t x : fresh.span()) REQUIRE(x == 0);
  }
  CHECK(table.add_column<std::string>("three").load(7).empty());

  const auto stale = [&](auto&& use) {
    const failure found = failure_of(use);
    CHECK(found.code == errc::not_found);
    CHECK_THAT(found.message, Contains("dropped"));
  };
  stale([&] { return old.load(0); });
  stale([&] { return old.store(0, 1), 0; });
  stale([&] { return old.span().size(); });
  CHECK(problems(table) == "");
}

TEST_CASE("64 columns fit, and the next is refused", "[frame][error]") {
  frame table = small_table(10);
  for (int i = 0; i < 64; ++i) {
    table.add_column<int>("column " + std::to_string(i), i);
  }
  const failure found =
      failure_of([&] { return table.add_column<int>("one more"); });
  CHECK(found.code == errc::no_space);
  CHECK_THAT(found.message, Contains("64") && Contains("Drop"));
  for (int i = 0; i < 64; ++i) {
    CHECK(table.column<int>("column " + std::to_string(i)).load(9) == i);
  }
  CHECK(table.drop_column("column 17"));
  table.add_column<int>("one more");
  CHECK(problems(table) == "");
}

TEST_CASE("what cannot be a column is refused, and nothing changes",
          "[frame][error]") {
  frame table = small_table(2);
  table.add_column<int>("n");
  const auto code = [](auto&& call) { return failure_of(call).code; };
  CHECK(code([&] { return table.add_column<int>("n"); }) == errc::exists);
  CHECK(code([&] { return table.add_column<int>(""); }) == errc::bad_argument);
  CHECK(code([&] { return table.add_column<int>(std::string(65, 'x')); }) ==
        errc::bad_argument);
  CHECK(code([&] { return table.add_column<int>(std::string("a\0b", 3)); }) ==
        errc::bad_argument);
  CHECK(code([&] {
          return table.add_column<int>("m", std::vector<int>{1, 2, 3});
        }) == errc::bad_argument);
  const failure wrong = failure_of([&] { return table.column<double>("n"); });
  CHECK(wrong.code == errc::bad_argument);
  CHECK_THAT(wrong.message, Contains("i32") && Contains("f64"));
  const failure absent = failure_of([&] { return table["m"]; });
  CHECK(absent.code == errc::not_found);
  CHECK_THAT(absent.message, Contains("it has n"));
  const failure beyond =
      failure_of([&] { return table.column<int>("n").load(2); });
  CHECK(beyond.code == errc::bad_argument);
  CHECK_THAT(beyond.message, Contains("no row 2"));
  CHECK(code([&] { return table.column<int>("n").store(2, 1), 0; }) ==
        errc::bad_argument);
  CHECK(table.columns().size() == 1);
  table.add_column<int>(std::string(64, 'x'));
  CHECK(table.has(std::string(64, 'x')));
  CHECK(problems(table) == "");
}

TEST_CASE("packing gives back what replaced strings hold", "[frame]") {
  const auto where = GENERATE(placement::shared, placement::isolated);
  const placed there(where);
  frame table = small_table(100, there);
  table.add_column<int>("n", 4);
  const auto text = table.add_column<std::string>("s");
  table.add_column<int>("m", 5);
  for (int round = 0; round < 50; ++round) {
    for (std::uint64_t i = 0; i < 100; ++i) {
      text.store(i, std::string(100, static_cast<char>('A' + round)));
    }
  }
  const auto before = table.columns();
  const std::uint64_t bytes = table.vertices().info().bytes_committed;
  table.pack("s");
  table.pack("n");  // numbers: nothing to do
  CHECK(table.vertices().info().bytes_committed + 400'000 < bytes);
  CHECK(table.columns() == before);
  CHECK(cells_of<std::string>(table, "s") ==
        std::vector<std::string>(
            100, std::string(100, static_cast<char>('A' + 49))));
  CHECK(failure_of([&] { return text.load(0); }).code == errc::not_found);
  CHECK(problems(table) == "");
}

TEST_CASE("strings of up to 65,535 bytes fit, of any bytes", "[frame]") {
  frame table = small_table(3);
  const auto text = table.add_column<std::string>("s");
  std::string longest(65'535, '\0');
  for (std::size_t i = 0; i < longest.size(); ++i) {
    longest[i] = static_cast<char>(i * 7);
  }
  text.store(0, longest);
  text.store(1, "");
  CHECK(text.load(0) == longest);
  CHECK(text.load(1).empty());
  const failure found =
      failure_of([&] { return text.store(2, longest + "x"), 0; });
  CHECK(found.code == errc::bad_argument);
  CHECK_THAT(found.message, Contains("65535") && Contains("65536"));
  CHECK(text.load(2).empty());
  CHECK(problems(table) == "");
}
