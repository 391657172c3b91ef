// Tables from CSV files, and back.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

#include <telar/frame/csv.hpp>

#include "frame/tables.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

class csv_file {
 public:
  explicit csv_file(const std::string& text) {
    std::ofstream(file_.path(), std::ios::binary) << text;
  }
  [[nodiscard]] std::string path() const { return file_.text(); }
  [[nodiscard]] frame read(const csv_options& options = {}) const {
    return read_csv(path(), isolated, options);
  }

 private:
  temporary_file file_{"csv"};
};

std::string text_in(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string types_of(const frame& table) {
  std::string all;
  for (const auto& one : table.columns()) {
    all += one.name + ":" + std::string(to_string(one.type)) + " ";
  }
  return all;
}

}  // namespace

TEST_CASE("columns of a CSV file have the types that pandas infers",
          "[frame][csv]") {
  const csv_file file(
      "i,u,d,m,e,b,bm,s,big,sp,n\n"
      "1,1,1.5,1,1e3,True,true,x,1,  7,\n"
      "-2,18446744073709551615,2,,inf,False,,NA,18446744073709551616,+8 ,NaN\n"
      "3,3,-.5,3,-Infinity,true,false,1,2,9,\n");
  const frame table = file.read();
  CHECK(types_of(table) ==
        "i:i64 u:u64 d:f64 m:f64 e:f64 b:bool bm:string s:string big:string "
        "sp:i64 n:f64 ");
  CHECK(table.rows() == 3);
  CHECK(cells_of<std::int64_t>(table, "i") ==
        std::vector<std::int64_t>{1, -2, 3});
  CHECK(cells_of<std::uint64_t>(table, "u")[1] == ~std::uint64_t{0});
  CHECK(cells_of<double>(table, "d") == std::vector<double>{1.5, 2, -0.5});
  CHECK(std::isnan(cells_of<double>(table, "m")[1]));
  CHECK(cells_of<double>(table, "e")[2] ==
        -std::numeric_limits<double>::infinity());
  CHECK(cells_of<bool>(table, "b") == std::vector<bool>{true, false, true});
  CHECK(cells_of<std::string>(table, "s") ==
        std::vector<std::string>{"x", "", "1"});
  CHECK(cells_of<std::int64_t>(table, "sp") ==
        std::vector<std::int64_t>{7, 8, 9});
  CHECK(std::isnan(cells_of<double>(table, "n")[0]));
  CHECK(problems(table) == "");
}

TEST_CASE("quotes, line ends, blank lines and short rows are understood",
          "[frame][csv]") {
  const csv_file file(
      "\xef\xbb\xbfname,\"a \"\"b\"\"\",x,x,\r\n"
      "\"two\nlines\",\"a,b\",1,2,3\r\n"
      "\r\n"
      " kept , ,4\r\n"
      "last,Zoë,5,6,7");
  const frame table = file.read();
  CHECK(types_of(table) ==
        "name:string a \"b\":string x:i64 x.1:f64 Unnamed: 4:f64 ");
  CHECK(cells_of<std::string>(table, "name") ==
        std::vector<std::string>{"two\nlines", " kept ", "last"});
  CHECK(cells_of<std::string>(table, "a \"b\"") ==
        std::vector<std::string>{"a,b", " ", "Zoë"});
  CHECK(std::isnan(cells_of<double>(table, "x.1")[1]));
}

TEST_CASE("a CSV file may have no header, another delimiter, or nothing",
          "[frame][csv]") {
  const frame plain = csv_file("1;a\n2;b\n").read({';', false});
  CHECK(types_of(plain) == "0:i64 1:string ");
  CHECK(plain.rows() == 2);
  const frame no_rows = csv_file("a,b\n").read();
  CHECK(types_of(no_rows) == "a:string b:string ");
  CHECK(no_rows.rows() == 0);
  CHECK(csv_file("").read().columns().empty());
}

TEST_CASE("what is wrong with a CSV file is said with its line",
          "[frame][csv][error]") {
  const auto check = [](const std::string& text, const char* line,
                        const char* what) {
    const csv_file file(text);
    const segment_name name("csv");
    const failure found =
        failure_of([&] { return read_csv(file.path(), name); });
    CHECK(found.code == errc::bad_argument);
    CHECK_THAT(found.message, Contains(file.path() + line) && Contains(what));
    CHECK(failure_of([&] { return frame::open(name); }).code ==
          errc::not_found);
  };
  check("a,b\n1,2\n\n3,4,5\n", ":4:", "3 fields");
  check("a\n\"x\ny\"\nz\"z\n", ":4:", "quote");
  check("a\nok\n\"begun\nnever ended\n", ":4:", "ends inside");
  check("a\n" + std::string(65'536, 'x') + "\n", ":2:", "65535");
  check(std::string(64, ',') + "\n", ":1:", "65 columns");
  const failure absent =
      failure_of([] { return read_csv("/nonexistent/file.csv"); });
  CHECK(absent.code == errc::not_found);
  CHECK_THAT(absent.message, Contains("/nonexistent/file.csv"));
}

TEST_CASE("a table that fails to be made leaves nothing", "[frame][csv]") {
  const csv_file file(std::string(65, 'n') + "\n1\n");  // too long a name
  const segment_name name("csv");
  CHECK(failure_of([&] { return read_csv(file.path(), name); }).code ==
        errc::bad_argument);
  CHECK(failure_of([&] { return frame::open(name); }).code == errc::not_found);
}

TEST_CASE("fields are quoted where they must be", "[frame][csv]") {
  frame table = small_table(2);
  table.add_column<std::string>("a,b",
                                std::vector<std::string>{"say \"x\"", "1\n2"});
  table.add_column<double>("d", std::vector<double>{2, 0.1});
  table.add_column<bool>("b", std::vector<bool>{true, false});
  const temporary_file file("csv");
  write_csv(table, file.text());
  CHECK(text_in(file.text()) ==
        "\"a,b\",d,b\n\"say \"\"x\"\"\",2.0,True\n\"1\n2\",0.1,False\n");
  frame one = small_table(1);
  one.add_column<std::string>("s");
  write_csv(one, file.text());
  CHECK(text_in(file.text()) == "s\n\"\"\n");
  CHECK(read_csv(file.text()).rows() == 1);
  CHECK(failure_of([&] {
          write_csv(table, "/nonexistent/file.csv");
          return 0;
        }).code == errc::system);
}

TEST_CASE("what is written is read back, bit for bit", "[frame][csv][model]") {
  seeded_random random;
  frame table = small_table(300);
  const auto d = table.add_column<double>("d");
  const auto i = table.add_column<std::int64_t>("i");
  const auto s = table.add_column<std::string>("s");
  for (std::uint64_t row = 0; row < 300; ++row) {
    double value = 0;
    const std::uint64_t bits = random();
    std::memcpy(&value, &bits, sizeof value);
    d.store(row, std::isnan(value) ? 0.25 : value);
    i.store(row, static_cast<std::int64_t>(random()));
    std::string text = "t";
    for (auto n = random.below(20); n > 0; --n) {
      text += "x,\"\n \t;'"[random.below(8)];
    }
    s.store(row, text);
  }
  const temporary_file file("csv");
  write_csv(table, file.text());
  const frame back = read_csv(file.text());
  CHECK(cells_of<double>(back, "d") == cells_of<double>(table, "d"));
  CHECK(cells_of<std::int64_t>(back, "i") ==
        cells_of<std::int64_t>(table, "i"));
  CHECK(cells_of<std::string>(back, "s") == cells_of<std::string>(table, "s"));
}

TEST_CASE("names are no NaN, and integers keep their digits", "[frame][csv]") {
  const csv_file file(
      "n,large,some,far\n"
      "Nan,18446744073709551615,18446744073709551615,1e5000\n"
      "NAN,-1,,-1e5000\n");
  const frame table = file.read();
  CHECK(types_of(table) == "n:string large:string some:string far:f64 ");
  CHECK(cells_of<std::string>(table, "n") ==
        std::vector<std::string>{"Nan", "NAN"});
  CHECK(cells_of<std::string>(table, "large")[0] == "18446744073709551615");
  CHECK(cells_of<double>(table, "far")[1] ==
        -std::numeric_limits<double>::infinity());
}

TEST_CASE("what cannot be read twice, or separate fields, is refused",
          "[frame][csv][error]") {
  const temporary_folder folder("csv");
  const std::string pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& path : {pipe, folder.path().string()}) {
    const failure found = failure_of([&] { return read_csv(path); });
    CHECK(found.code == errc::bad_argument);
    CHECK_THAT(found.message, Contains("regular file"));
  }
  const csv_file file("a\n1\n");
  for (const char bad : {'"', '\n', '\r', '\0'}) {
    CHECK(failure_of([&] {
            return file.read({bad, true});
          }).code == errc::bad_argument);
  }
}

TEST_CASE("a file that cannot be written leaves nothing, blanks stay rows",
          "[frame][csv]") {
  const temporary_folder folder("csv");
  frame table = small_table(2);
  table.add_column<std::string>("s", " ");
  CHECK(failure_of([&] {
          return write_csv(table, folder.path().string()), 0;
        }).code == errc::system);
  CHECK(std::filesystem::is_empty(folder.path()));
  const std::string path = folder.path() / "a.csv";
  write_csv(table, path);
  CHECK(text_in(path) == "s\n\" \"\n\" \"\n");
  frame real = small_table(1);
  real.add_column<double>("x", 1.5);
  write_csv(real, path, {'.', true});
  CHECK(text_in(path) == "x\n\"1.5\"\n");
}
