// Several writers at one table, as threads and as processes.
#include <catch2/catch.hpp>

#include <thread>

#include "frame/tables.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr int workers = 4;

std::uint64_t pattern(std::uint64_t row) { return row * 0x9e3779b97f4a7c15u; }

/// Long enough to be torn, and whole if it is of one letter.
std::string text_of(std::uint64_t number) {
  return std::string(10 + number % 90, static_cast<char>('a' + number % 26));
}

/// A number below 2340 with that text: 26 letters, 90 lengths.
std::uint64_t number_of(std::string_view text) {
  std::uint64_t n = text.size() - 10;
  while (n % 26 != static_cast<std::uint64_t>(text[0] - 'a') && n < 2'340) {
    n += 90;
  }
  return n;
}

void require_whole(std::string_view text) {
  for (const char c : text) require(c == text[0], "a string is torn");
  require(text.empty() || text == text_of(number_of(text)),
          "a string has another's length");
}

}  // namespace

TEST_CASE("rows that are appended together are each one's own",
          "[frame][concurrent]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  frame table = small_table(0);
  const auto x = table.add_column<std::uint64_t>("x");
  const auto s = table.add_column<std::string>("s");
  const auto b = table.add_column<bool>("b");
  crew all(crew_of, workers, [&](int) {
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t first = table.append_rows(7);
      for (std::uint64_t row = first; row < first + 7; ++row) {
        require(x.load(row) == 0 && s.load(row).empty() && !b.load(row),
                "a new row was written by another");
        x.store(row, pattern(row));
        s.store(row, text_of(row));
        b.store(row, row % 2 == 1);
      }
    }
  });
  REQUIRE(all.finish());
  REQUIRE(table.rows() == workers * 300 * 7);
  for (std::uint64_t row = 0; row < table.rows(); ++row) {
    REQUIRE(x.load(row) == pattern(row));
    REQUIRE(s.load(row) == text_of(row));
    REQUIRE(b.load(row) == (row % 2 == 1));
  }
  CHECK(problems(table) == "");
}

TEST_CASE("what is loaded is what somebody stored, whole",
          "[frame][concurrent]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  frame table = small_table(8);
  const auto x = table.add_column<std::uint64_t>("x");
  const auto s = table.add_column<std::string>("s");
  const auto f = table.add_column<float>("f");
  crew all(crew_of, workers, [&](int worker) {
    const auto mine = static_cast<std::uint64_t>(worker);
    for (std::uint64_t i = 0; i < 3'000; ++i) {
      // Each cell has one writer, and many readers.
      x.store(mine, (i & 0xff) * 0x0101010101010101u);
      f.store(mine, static_cast<float>(i));
      if (i % 8 == 0) s.store(mine, text_of(i));
      const std::uint64_t other = (mine + 1 + i) % workers;
      const std::uint64_t seen = x.load(other);
      require(seen == (seen & 0xff) * 0x0101010101010101u, "a cell is torn");
      require_whole(s.load(other));
      const float real = f.load(other);
      require(
          real == static_cast<float>(static_cast<int>(real)) && real < 3'000,
          "a float is torn");
    }
  });
  REQUIRE(all.finish());
  CHECK(problems(table) == "");
}

TEST_CASE("whoever loads a cell sees what was written before it was stored",
          "[frame][concurrent]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  frame table = small_table(5'000);
  const auto data = table.add_column<std::uint32_t>("data");
  const auto ready = table.add_column<std::uint8_t>("ready");
  crew all(crew_of, 2, [&](int worker) {
    for (std::uint64_t row = 0; row < 5'000; ++row) {
      if (worker == 0) {
        data.store(row, static_cast<std::uint32_t>(row + 1));
        ready.store(row, 1);
      } else {
        while (ready.load(row) == 0) std::this_thread::yield();
        require(data.load(row) == row + 1, "it was stored too late");
      }
    }
  });
  CHECK(all.finish());
}

TEST_CASE("a column is added by one of many who try", "[frame][concurrent]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  const auto where = crew_of == crew_kind::threads
                         ? GENERATE(placement::anonymous, placement::isolated)
                         : placement::anonymous;
  frame table = small_table(100, where);
  frame counts = small_table(workers);
  const auto added = counts.add_column<int>("added");
  crew all(crew_of, workers, [&](int worker) {
    int mine = 0;
    for (int i = 0; i < 40; ++i) {
      const std::string name = "c" + std::to_string(i);
      const failure found =
          failure_of([&] { return table.add_column<int>(name, i); });
      mine += found.code == errc{};
      require(found.code == errc{} || found.code == errc::exists,
              found.message.c_str());
      require(table.column<int>(name).load(99) == i, "it is not filled");
      require(table.has("c0"), "a column was lost");
    }
    added.store(static_cast<std::uint64_t>(worker), mine);
  });
  REQUIRE(all.finish());
  CHECK(table.columns().size() == 40);
  CHECK(counts["added"].sum() == cell_value(std::int64_t{40}));
  CHECK(problems(table) == "");
}

TEST_CASE("columns come and go beside rows, and other columns are untouched",
          "[frame][concurrent]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  frame table = small_table(10);
  const auto kept = table.add_column<std::uint64_t>("kept");
  crew all(crew_of, workers, [&](int worker) {
    const std::string name = "own" + std::to_string(worker);
    for (int i = 0; i < 60; ++i) {
      if (worker == 0) {
        const std::uint64_t first = table.append_rows(500);
        for (std::uint64_t r = first; r < first + 500; ++r) {
          kept.store(r, pattern(r));
        }
        continue;
      }
      const auto own = table.add_column<std::int32_t>(name, i + 1);
      require(own.load(9) == i + 1, "it is not filled");
      own.store(9, 0);
      (void)table.columns();
      require(table.drop_column(name), "it was dropped by another");
    }
  });
  REQUIRE(all.finish());
  for (std::uint64_t r = 10; r < table.rows(); ++r) {
    REQUIRE(kept.load(r) == pattern(r));
  }
  CHECK(table.columns().size() == 1);
  CHECK(problems(table) == "");
}

TEST_CASE("a transform touches each cell once, whoever runs it",
          "[frame][concurrent]") {
  const auto crew_of = GENERATE(crew_kind::threads, crew_kind::processes);
  frame table = small_table(100'000);
  const auto x = table.add_column<std::uint32_t>("x", 1);
  const auto y = table.add_column<double>("y");
  const crew_runner run{crew_of, workers};
  for (int i = 0; i < 3; ++i) {
    x.transform([](std::uint32_t old) { return old * 3; }, run);
  }
  y.transform_from(
      x, [](std::uint32_t v) { return v / 2.0; }, run);
  for (const std::uint32_t v : x.span()) REQUIRE(v == 27);
  for (const double v : y.span()) REQUIRE(v == 13.5);
  CHECK(problems(table) == "");
}
