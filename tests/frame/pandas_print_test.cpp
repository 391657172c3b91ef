// Tables as text beside pandas itself.  Skipped where python3-pandas is not
// installed; pandas 1.5 is what Debian 12 has.
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <limits>

#include <telar/frame/csv.hpp>

#include "frame/pandas.hpp"
#include "frame/tables.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// Tables and their texts, in files for print_tables.py.
class printed_tables {
 public:
  void add(const frame& table, std::uint64_t most = 60,
           std::size_t width = 80) {
    const auto path = folder_.path() / std::to_string(count_++);
    write_csv(table, path.string() + ".csv");
    std::ofstream(path.string() + ".txt") << table.text(most, width);
    std::ofstream how(path.string() + ".json");
    how << "{\"most\": " << most << ", \"width\": " << width
        << ", \"types\": {";
    const auto columns = table.columns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      how << (i == 0 ? "" : ", ") << '"' << columns[i].name << "\": \""
          << to_string(columns[i].type) << '"';
    }
    how << "}}\n";
  }

  [[nodiscard]] std::string differences() const {
    return run_pandas("print_tables.py", folder_.path().string());
  }

 private:
  temporary_folder folder_{"pandas"};
  int count_ = 0;
};

/// Numbers of one, or of all magnitudes, of few or many digits.
double random_real(seeded_random& random, std::uint64_t kind) {
  if (kind % 2 == 1 && random.below(6) == 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (kind % 13 == 0 && random.below(8) == 0) {
    return std::numeric_limits<double>::infinity();
  }
  const double digits[] = {1, 2, 4, 10, 1000, 7, 3, 999983};
  const double sign = kind % 3 == 0 && random.below(2) == 0 ? -1 : 1;
  const double plain = sign * static_cast<double>(random.below(100'000)) /
                       digits[random.below(1 + kind % 8)];
  if (kind % 5 != 0) return plain;
  return plain * std::pow(10, static_cast<int>(random.below(16)) - 10);
}

std::string random_text(seeded_random& random) {
  constexpr const char* pieces[] = {"a",  "bc", "Zoë", " ", "日本", "\n",
                                    "\t", "\"", ",",   "-", "7",    "."};
  std::string text;
  const std::uint64_t most = random.below(10) == 0 ? 60 : 8;
  for (auto n = random.below(most); n > 0; --n)
    text += pieces[random.below(12)];
  return text;
}

template <typename T>
void fill(frame& table, const std::string& name, seeded_random& random) {
  const auto cells = table.add_column<T>(name);
  const std::uint64_t kind = random.below(1000);
  for (std::uint64_t r = 0; r < table.rows(); ++r) {
    if constexpr (std::is_same_v<T, std::string>) {
      cells.store(r, kind % 7 == 0 ? "" : random_text(random));
    } else if constexpr (std::is_floating_point_v<T>) {
      cells.store(r, static_cast<T>(random_real(random, kind)));
    } else {
      const std::uint64_t bits = random();
      cells.store(r, static_cast<T>(kind % 2 == 0 ? bits : bits % 100));
    }
  }
}

std::string random_name(const frame& table, seeded_random& random) {
  const std::string number = std::to_string(table.columns().size());
  const std::uint64_t longest = random.below(20) == 0 ? 60 : 12;
  return number + std::string(random.below(longest), 'n');
}

void add_random_column(frame& table, seeded_random& random) {
  const std::string name = random_name(table, random);
  switch (random.below(8)) {
    case 0:
      return fill<std::int8_t>(table, name, random);
    case 1:
      return fill<std::int64_t>(table, name, random);
    case 2:
      return fill<std::uint64_t>(table, name, random);
    case 3:
      return fill<float>(table, name, random);
    case 4:
      return fill<bool>(table, name, random);
    case 5:
      return fill<std::string>(table, name, random);
    default:
      return fill<double>(table, name, random);
  }
}

}  // namespace

TEST_CASE("tables of 1 to 1,000 rows are printed as pandas prints them",
          "[frame][model]") {
  seeded_random random;
  printed_tables all;
  for (const std::uint64_t rows : {1u, 2u, 5u, 60u, 61u, 1000u}) {
    for (int round = 0; round < 20; ++round) {
      frame table = small_table(rows);
      for (auto n = 1 + random.below(5); n > 0; --n) {
        add_random_column(table, random);
      }
      all.add(table, 60, 1000);
    }
  }
  CHECK(all.differences() == "");
}

TEST_CASE("tables are cut to rows and width as pandas cuts them",
          "[frame][model]") {
  seeded_random random;
  printed_tables all;
  for (int round = 0; round < 120; ++round) {
    frame table = small_table(1 + random.below(40));
    for (auto n = 1 + random.below(40); n > 0; --n) {
      add_random_column(table, random);
    }
    all.add(table, 1 + random.below(50), 20 + random.below(150));
  }
  CHECK(all.differences() == "");
}

TEST_CASE("columns of nothing but one kind of number are printed alike",
          "[frame]") {
  printed_tables all;
  const double no_number = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<double>> columns{{no_number, no_number},
                                                 {infinity, -infinity},
                                                 {no_number, infinity},
                                                 {0, -0.0},
                                                 {1e-6, 1},
                                                 {9.99999e-7, 1},
                                                 {1e6, 1e5},
                                                 {1000000.5, 1},
                                                 {123456789, 1},
                                                 {1e15, 1},
                                                 {1e16, 2},
                                                 {1e300, -1e-300},
                                                 {0.1, 0.25},
                                                 {1e-300, 0},
                                                 {5e-324, 1},
                                                 {100, 0.000001},
                                                 {-1.5, no_number},
                                                 {1.7976931348623157e308, 0}};
  for (const auto& values : columns) {
    frame table = small_table(values.size());
    table.add_column<double>("x", values);
    const auto narrow = table.add_column<float>("f");
    for (std::uint64_t i = 0; i < values.size(); ++i) {
      narrow.store(i, static_cast<float>(values[i]));
    }
    all.add(table);
  }
  CHECK(all.differences() == "");
}
