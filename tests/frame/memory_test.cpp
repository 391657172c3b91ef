// Memory of columns: committed before it is used, and given back.
#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "frame/tables.hpp"
#include "support/memory.hpp"
#include "support/tiny.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

std::uint64_t committed(const frame& table) {
  return table.vertices().info().bytes_committed;
}

/// Appends rows until that is refused, and returns the message.
std::string append_until_full(frame& table, std::uint64_t step) {
  for (;;) {
    const std::uint64_t before = table.rows();
    const failure found = failure_of([&] { return table.append_rows(step); });
    if (found.code == errc{}) continue;
    require(found.code == errc::no_space, found.message.c_str());
    require(table.rows() == before, "a refused row was counted");
    return found.message;
  }
}

void fill_all(const frame& table) {
  for (std::uint64_t& x : table.column<std::uint64_t>("x").span()) x = 5;
}

}  // namespace

TEST_CASE("what columns commit is what the file system has set aside",
          "[frame]") {
  // A file's own file system may need blocks for itself, besides.
  const placed where(placement::shared);
  frame table = small_table(10, where);
  const std::uint64_t without = committed(table);
  CHECK(bytes_on_disk(where.path()) == without);
  table.add_column<std::uint64_t>("x", 1);
  const auto text = table.add_column<std::string>("s");
  table.add_column<bool>("b", true);
  for (int i = 0; i < 20; ++i) {
    text.store(table.append_rows(5'000), std::string(3'000, 'x'));
    REQUIRE(bytes_on_disk(where.path()) == committed(table));
  }
  fill_all(table);
  CHECK(table.vertices().info().bytes_used <= committed(table));
  CHECK(bytes_on_disk(where.path()) == committed(table));
  table.drop_column("x");
  table.drop_column("s");
  table.drop_column("b");
  CHECK(bytes_on_disk(where.path()) == committed(table));
  // The directory, and the rows themselves, are left.
  CHECK(committed(table) < without + 16'384 + 2 * 16 * 100'010);
  CHECK(problems(table) == "");
}

TEST_CASE("a graph without columns has no bytes for them", "[frame]") {
  const placed where(placement::shared);
  const graph g = graph::create(where, {.reserve = 64u << 20});
  const frame table(g);
  CHECK(table.columns().empty());
  CHECK_FALSE(table.has("x"));
  CHECK(std::filesystem::file_size(where.path()) == 64u << 20);
  CHECK(problems(table) == "");
}

TEST_CASE("a table stays within its limit", "[frame]") {
  const auto where = GENERATE(placement::anonymous, placement::isolated);
  // Such that a page or two are left when no thousand rows fit.
  constexpr std::uint64_t limit = (1u << 20) + (4u << 10);
  frame table = frame::create(where, {.reserve = 64u << 20, .limit = limit});
  const auto text = table.add_column<std::string>("s");
  table.add_column<std::uint64_t>("x", 1);
  CHECK_THAT(append_until_full(table, 1'000), Contains("limit"));
  CHECK(committed(table) <= limit);
  const failure found = failure_of([&] {
    for (std::uint64_t i = 0;; ++i)
      text.store(0, std::string(i % 999 + 1, 'x'));
    return 0;
  });
  CHECK(found.code == errc::no_space);
  CHECK_FALSE(text.load(0).empty());
  CHECK(committed(table) <= limit);
  CHECK(failure_of([&] { return table.add_column<double>("y", 1.5); }).code ==
        errc::no_space);
  CHECK_FALSE(table.has("y"));
  CHECK(committed(table) <= limit);
  CHECK(problems(table) == "");
  table.drop_column("s");
  table.add_column<double>("y", 1.5);
}

TEST_CASE("rows that columns have no memory for are not appended", "[frame]") {
  auto g = graph::create(anonymous, {.reserve = 64u << 20, .limit = 4'700'000});
  frame table(g);
  table.add_column<std::uint64_t>("x", 1);
  g.reserve(100'000, 0);  // there is room for the rows themselves
  CHECK_THAT(append_until_full(table, 1'000), Contains("limit"));
  CHECK(table.rows() > 10'000);
  CHECK(table.rows() < 100'000);
  fill_all(table);
  // A graph that gets vertices is no table that is appended to.
  g.add_vertices(1'000);
  const auto x = table.column<std::uint64_t>("x");
  CHECK(x.load(g.vertex_count() - 1) == 0);
  CHECK(failure_of([&] {
          for (std::uint64_t r = 0; r < table.rows(); ++r) x.store(r, 2);
          return 0;
        }).code == errc::no_space);
  CHECK(problems(table) == "");
}

TEST_CASE("a full file system is an error, never a signal",
          "[frame][process]") {
  const temporary_folder folder("tiny");
  run_in_tiny(folder.path(), "size=1m", [&] {
    auto table = frame::create((folder.path() / "table").string(),
                               {.reserve = 64u << 20});
    table.append_rows(10);
    table.add_column<std::uint64_t>("x", 1);
    const auto text = table.add_column<std::string>("s");
    const std::string message = append_until_full(table, 100);
    require(message.find("file system is full") != std::string::npos,
            message.c_str());
    fill_all(table);
    failure found =
        failure_of([&] { return table.add_column<std::uint64_t>("y", 1); });
    require(found.code == errc::no_space, found.message.c_str());
    require(!table.has("y"), "the refused column is there");
    found = failure_of([&] {
      for (std::uint64_t i = 0;; ++i) {
        text.store(i % 10, std::string(50'000, static_cast<char>('a' + i)));
      }
      return 0;
    });
    require(found.code == errc::no_space, found.message.c_str());
    // Rows of a graph need no memory of columns before they are written.
    frame again = frame::open((folder.path() / "table").string());
    require(problems(again).empty(), "the table is damaged");
    require(table.drop_column("s"), "it cannot be dropped");
    (void)append_until_full(table, 1);
    fill_all(table);
  });
}

TEST_CASE("rows are appended up to the reserve, and then refused", "[frame]") {
  frame table = frame::create(anonymous, {.reserve = 16u << 20});
  table.add_column<std::uint8_t>("a", 1);
  table.add_column<double>("b", 1);
  CHECK_THAT(append_until_full(table, 1'000), Contains("reserve"));
  CHECK_THAT(append_until_full(table, 1), Contains("reserve"));
  for (double& x : table.column<double>("b").span()) x = 2;
  for (std::uint8_t& x : table.column<std::uint8_t>("a").span()) x = 3;
  CHECK(table.rows() > 100'000);
  CHECK(problems(table) == "");
}

TEST_CASE(
    "beyond the limit on file sizes a column is refused, without a signal",
    "[frame][process][error]") {
  const placed where(placement::file);
  process child = start_process([&] {
    frame table = frame::create(where, {.reserve = 16u << 20});
    const rlimit limit{17u << 20, 17u << 20};
    require(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
    table.append_rows(10);
    for (int i = 0; i < 64; ++i) {
      const failure found = failure_of(
          [&] { return table.add_column<int>(std::to_string(i), 1); });
      if (found.code == errc{}) continue;
      require(found.code == errc::no_space, found.message.c_str());
      require(found.message.find("ulimit -f") != std::string::npos,
              found.message.c_str());
      return 0;
    }
    return 1;
  });
  CHECK(wait_for(child) == 0);
}

TEST_CASE("a file whose columns were cut off is refused", "[frame][error]") {
  const placed where(placement::file);
  {
    frame table = small_table(1000, where);
    table.add_column<int>("x", 1);
  }
  std::filesystem::resize_file(where.path(),
                               GENERATE(64u << 20, (64u << 20) + 16'384));
  const failure found =
      failure_of([&] { return frame::open(where).column<int>("x").load(1); });
  CHECK(found.code == errc::corrupt);
  CHECK_THAT(found.message, Contains("cut off"));
}
