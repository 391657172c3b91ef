// A damaged column directory: an error or a finding of the check, no crash.
#include <catch2/catch.hpp>

#include <fstream>

#include "frame/tables.hpp"
#include "graph/core.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

constexpr std::uint64_t reserve = 16u << 20;

void make_table(const placed& where) {
  frame table = frame::create(where, {.reserve = reserve});
  table.append_rows(500);
  table.add_column<std::uint32_t>("n", 5);
  table.add_column<bool>("b", true);
  table.add_column<std::string>("s", "some text");
}

/// Uses all that there is, and lets errors pass.
void use(const location& where) {
  const auto attempt = [](const auto& call) {
    try {
      call();
    } catch (const error&) {
    }
  };
  attempt([&] {
    frame table = frame::open(where);
    attempt([&] { (void)table.check(); });
    attempt([&] { (void)table.text(); });
    for (const column_info& one : table.columns()) {
      attempt([&] {
        for (std::uint64_t r = 0; r < 500; ++r) (void)table[one.name].get(r);
      });
    }
    attempt([&] { table.append_rows(10'000); });
    attempt([&] { table["s"].fill("more"); });
    attempt([&] { table.pack("s"); });
    attempt([&] { table.add_column<double>("new", 1); });
    attempt([&] { table.drop_column("n"); });
    attempt([&] { (void)table.check(); });
  });
}

}  // namespace

TEST_CASE("a damaged directory is no way to a crash",
          "[frame][process][error]") {
  seeded_random random;
  for (int round = 0; round < 60; ++round) {
    const placed where(placement::file);
    make_table(where);
    // The words of the first three entries: all but the lock's.
    const std::uint64_t entries =
        reserve + offsetof(detail::column_directory, entries);
    for (int flip = 0; flip < 4; ++flip) {
      const std::uint64_t at =
          entries + random.below(3 * sizeof(detail::column_entry));
      std::fstream file(where.path(),
                        std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(at));
      file.put(static_cast<char>(random()));
    }
    process child = start_process([&] {
      use(where);
      return 0;
    });
    REQUIRE(wait_for(child) == 0);
  }
}

TEST_CASE("the check names what is wrong with columns", "[frame][error]") {
  frame table = small_table(50);
  const auto b = table.add_column<bool>("b", true);
  const auto s = table.add_column<std::string>("s", "text");
  table.add_column<int>("n");
  REQUIRE(problems(table) == "");
  const auto expect = [&](const char* part) {
    CHECK_THAT(problems(table), Contains(part));
  };
  auto& cell = reinterpret_cast<unsigned char&>(b.access().cells[7]);
  cell = 2;
  expect("C6");
  cell = 1;
  auto& text = reinterpret_cast<std::uint64_t*>(s.access().cells)[3];
  const std::uint64_t before = text;
  text = std::uint64_t{1'000'000} << 16 | 5;
  expect("C5");
  text = before;
  auto& type = table["n"].access().entry->type;
  type = 77;
  expect("C2");
  type = static_cast<std::uint32_t>(column_type::i32);
  auto& cells = table["n"].access().entry->cells;
  cells = cells + (std::uint64_t{1} << 32);
  expect("C3");
  cells = cells - (std::uint64_t{1} << 32);
  auto& name = table["n"].access().entry->name[0];
  name = 'b';
  expect("C2");
  name = 'n';
  CHECK(problems(table) == "");
}

TEST_CASE("a phase that no death leaves is damage, and no column is lost by it",
          "[frame][error]") {
  frame table = small_table(10);
  const auto x = table.add_column<int>("x", 3);
  auto& state = x.access().entry->state;
  const std::uint64_t before = state;
  state = before + 70;
  CHECK_THAT(problems(table), Contains("C1"));
  CHECK(failure_of([&] { return table.add_column<int>("y"); }).code ==
        errc::corrupt);
  state = before;
  CHECK(table.column<int>("x").load(9) == 3);
  CHECK(problems(table) == "");
}

TEST_CASE("bounds that are damaged while they are used lead nowhere else",
          "[frame][error]") {
  frame table = small_table(10);
  const auto x = table.add_column<std::uint64_t>("x", 3);
  const auto s = table.add_column<std::string>("s", "text");
  auto& count = detail::core::of(table.vertices()).memory.clocks().vertex_count;
  auto& cells = x.access().entry->cells;
  auto& text = s.access().entry->text;
  const std::uint64_t before[] = {count, cells, text};
  count = std::uint64_t{1} << 40;
  cells = before[1] | 0xffffffffu;
  text = before[2] | 0xffffffffu;
  for (unsigned bits = 16; bits < 40; ++bits) {
    CHECK(failure_of([&] { return x.load(std::uint64_t{1} << bits); }).code ==
          errc{});
  }
  CHECK(failure_of([&] { return x.span().size(); }).code == errc::no_space);
  reinterpret_cast<std::uint64_t*>(s.access().cells)[0] =
      std::uint64_t{1} << 60 | 5;
  CHECK(failure_of([&] { return s.load(0).size(); }).code == errc::corrupt);
  s.access().cells[7] = std::byte{0};
  count = before[0];
  cells = before[1];
  text = before[2];
}

TEST_CASE("a stale handle does not tell another column's name", "[frame]") {
  frame table = small_table(1);
  table.add_column<int>("old");
  const column_ref stale = table["old"];
  table.drop_column("old");
  table.add_column<int>("new");
  CHECK(failure_of([&] { return stale.name(); }).code == errc::not_found);
}

TEST_CASE("row counts beyond all bounds are refused", "[frame][error]") {
  frame table = small_table(10);
  table.add_column<int>("x", 1);
  CHECK(table.append_rows(0) == 10);
  for (const std::uint64_t count :
       {std::uint64_t{1} << 33, std::uint64_t{1} << 50, ~std::uint64_t{0} - 5,
        ~std::uint64_t{0}}) {
    CHECK(failure_of([&] { return table.append_rows(count); }).code ==
          errc::no_space);
  }
  CHECK(table.rows() == 10);
  CHECK(problems(table) == "");
}
