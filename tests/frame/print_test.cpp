// Tables as text.  The expected texts are what pandas 1.5 prints.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <limits>
#include <sstream>

#include "frame/tables.hpp"

using namespace telar;
using namespace telar::test;

namespace {

template <typename T>
std::string text_of(const std::vector<T>& values) {
  frame table = small_table(values.size());
  table.add_column<T>("x", values);
  return table.text();
}

const double no_number = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("doubles have as many decimals as one of them needs", "[frame]") {
  CHECK(text_of<double>({1, 2}) == "     x\n0  1.0\n1  2.0");
  CHECK(text_of<double>({1.5, 22.25}) == "       x\n0   1.50\n1  22.25");
  CHECK(text_of<double>({-1.5, no_number}) == "     x\n0 -1.5\n1  NaN");
  CHECK(text_of<double>({1.0 / 3, 100}) ==
        "            x\n0    0.333333\n1  100.000000");
  CHECK(text_of<double>({no_number, no_number}) == "    x\n0 NaN\n1 NaN");
  CHECK(text_of<double>({infinity, 1}) == "     x\n0  inf\n1  1.0");
}

TEST_CASE("doubles that are too large or small together have an exponent",
          "[frame]") {
  CHECK(text_of<double>({1e-7, 1}) ==
        "              x\n0  1.000000e-07\n1  1.000000e+00");
  CHECK(text_of<double>({1e20, 1.5}) ==
        "              x\n0  1.000000e+20\n1  1.500000e+00");
  CHECK(text_of<double>({2e6, 1}) ==
        "           x\n0  2000000.0\n1        1.0");
}

TEST_CASE("bools and strings are right-aligned under their names", "[frame]") {
  frame table = small_table(2);
  table.add_column<bool>("flag", std::vector<bool>{true, false});
  table.add_column<std::string>("name", std::vector<std::string>{"abc", "Zoë"});
  table.add_column<std::string>("a longer name",
                                std::vector<std::string>{"", "x"});
  CHECK(table.text() ==
        "    flag name a longer name\n"
        "0   True  abc              \n"
        "1  False  Zoë             x");
  CHECK(text_of<std::string>({std::string(60, 'y')}) ==
        std::string(50, ' ') + " x\n0  " + std::string(46, 'y') + "...");
}

TEST_CASE("of many rows the first and the last five are shown", "[frame]") {
  frame table = small_table(100);
  const auto n = table.add_column<int>("n");
  for (int i = 0; i < 100; ++i) n.store(static_cast<unsigned>(i), i * i);
  CHECK(table.text() ==
        "       n\n"
        "0      0\n"
        "1      1\n"
        "2      4\n"
        "3      9\n"
        "4     16\n"
        "..   ...\n"
        "95  9025\n"
        "96  9216\n"
        "97  9409\n"
        "98  9604\n"
        "99  9801\n"
        "\n"
        "[100 rows x 1 columns]");
  CHECK(table.head(2) == "   n\n0  0\n1  1");
  CHECK(table.tail(2) == "       n\n98  9604\n99  9801");
  CHECK(table.head(0) == "Empty DataFrame\nColumns: [n]\nIndex: []");
  CHECK(table.text(100).find("...") == std::string::npos);
}

TEST_CASE("as many rows are shown as one asks for, at most ten of too many",
          "[frame]") {
  frame table = small_table(70);
  table.add_column<int>("n", 7);
  CHECK(table.text(1) == "    n\n0   7\n.. ..\n\n[70 rows x 1 columns]");
  CHECK(table.text(3) == "    n\n0   7\n.. ..\n69  7\n\n[70 rows x 1 columns]");
  CHECK(table.text(0).find("..") == std::string::npos);
  CHECK(table.text(0) == table.text(70));
  CHECK(table.head(1000) == table.text(0));
}

TEST_CASE("columns in the middle are left out where lines are too long",
          "[frame]") {
  frame table = small_table(2);
  for (int i = 0; i < 20; ++i) {
    table.add_column<int>("column " + std::to_string(i), i);
  }
  CHECK(table.text(60, 48) ==
        "   column 0  column 1  ...  column 18  column 19\n"
        "0         0         1  ...         18         19\n"
        "1         0         1  ...         18         19\n"
        "\n"
        "[2 rows x 20 columns]");
  CHECK(table.head(1, 5) ==
        "   column 0  ...  column 19\n"
        "0         0  ...         19\n"
        "\n"
        "[2 rows x 20 columns]");
  CHECK(table.text(60, 0).find("...") == std::string::npos);
  std::ostringstream wide;
  ::setenv("COLUMNS", "1000", 1);
  wide << table;
  ::unsetenv("COLUMNS");
  CHECK(wide.str() == table.text(60, 0));
}

TEST_CASE("a text does not break the lines of a table", "[frame]") {
  frame table = small_table(1);
  table.add_column<std::string>("a\nb", "x\ty\r\n");
  CHECK(table.text() == "       a\\nb\n0  x\\ty\\r\\n");
}

TEST_CASE("a table without rows or columns says so", "[frame]") {
  frame table = small_table(0);
  CHECK(table.text() == "Empty DataFrame\nColumns: []\nIndex: []");
  table.append_rows(2);
  CHECK(table.text() == "Empty DataFrame\nColumns: []\nIndex: [0, 1]");
  CHECK(table.tail(1) == "Empty DataFrame\nColumns: []\nIndex: [1]");
  table.append_rows(500'000);
  CHECK_THAT(table.text(), Catch::EndsWith("98, 99, ...]\n\n[500002 rows x 0 "
                                           "columns]"));
}
