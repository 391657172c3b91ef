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
