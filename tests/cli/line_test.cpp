// tests/cli/line_test.cpp: lines of edge lists, and texts cut into slices.
#include "cli/import_line.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "cli/exit_status.hpp"
#include "cli/import_text.hpp"
#include "cli/numbers.hpp"
#include "support/segment_name.hpp"

namespace {

using namespace telar::cli;

std::vector<std::string> fields_of(std::string_view line, separator between) {
  line_fields fields;
  fields.split(content_of(line), between);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < fields.size(); ++i) all.emplace_back(fields[i]);
  return all;
}

using words = std::vector<std::string>;

/// A file with this text.
class written_file : public telar::test::temporary_file {
 public:
  explicit written_file(const char* text) : temporary_file("lines") {
    std::ofstream(path()) << text;
  }
};

}  // namespace

TEST_CASE("a line ends before its line break, and a comment holds nothing",
          "[cli][model]") {
  CHECK(content_of("1 2\r") == "1 2");
  CHECK(content_of(" \t 1 2 \t") == "1 2");
  CHECK(content_of("").empty());
  CHECK(content_of(" \r").empty());
  CHECK(content_of("# 1 2").empty());
  CHECK(content_of("  % 1 2").empty());
}

TEST_CASE("runs of blanks, tabs and commas separate fields", "[cli][model]") {
  CHECK(fields_of("1 2", separator::any) == words{"1", "2"});
  CHECK(fields_of("1\t\t2", separator::any) == words{"1", "2"});
  CHECK(fields_of("1, 2,3", separator::any) == words{"1", "2", "3"});
  CHECK(fields_of("a,b c", separator::blank) == words{"a,b", "c"});
  CHECK(fields_of("1", separator::any) == words{"1"});
}

TEST_CASE("each comma or tab of a table separates, so that fields may be empty",
          "[cli][model]") {
  CHECK(fields_of("a b,c", separator::comma) == words{"a b", "c"});
  CHECK(fields_of("a , b,", separator::comma) == words{"a", "b", ""});
  CHECK(fields_of("a,,c", separator::comma) == words{"a", "", "c"});
  CHECK(fields_of("a,b\tc", separator::tab) == words{"a,b", "c"});
}

TEST_CASE("a quoted field may hold separators and quotes", "[cli][model]") {
  CHECK(fields_of(R"("a,b",c)", separator::comma) == words{"a,b", "c"});
  CHECK(fields_of(R"("a""b""",c)", separator::comma) == words{R"(a"b")", "c"});
  CHECK(fields_of(R"( "a" , "b" )", separator::comma) == words{"a", "b"});
  CHECK_THROWS_AS(fields_of(R"("a,b)", separator::comma), malformed_line);
  CHECK_THROWS_AS(fields_of(R"("a"b,c)", separator::comma), malformed_line);
}

TEST_CASE("bytes beyond ASCII are taken as they are", "[cli][model]") {
  CHECK(fields_of("Köln \xff\xfe", separator::any) ==
        words{"Köln", "\xff\xfe"});
}

TEST_CASE("an id is a whole number of 64 bits, or none", "[cli][model]") {
  CHECK(parse_id("0") == 0u);
  CHECK(parse_id("18446744073709551615") == 18446744073709551615u);
  for (const char* text :
       {"", "18446744073709551616", "-1", "+1", "1x", "0x1", " 1", "1.0"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_id(text));
  }
}

TEST_CASE("a weight is a whole number or fraction, but not NaN",
          "[cli][model]") {
  CHECK(parse_weight<double>("-2.5e3") == -2500.0);
  CHECK(parse_weight<float>("0.1") == 0.1f);
  CHECK(std::isinf(parse_weight<double>("inf").value()));
  for (const char* text : {"", "nan", "1e999", "1,5", "x", "1 "}) {
    CAPTURE(text);
    CHECK_FALSE(parse_weight<double>(text));
  }
}

TEST_CASE("slices are whole lines and together the text", "[cli][model]") {
  const std::string text =
      GENERATE(std::string(), std::string("1 2"), std::string("\n\n\n"),
               std::string("1 2\n3 4\n5 6\n"), std::string("1 2\n3 4\n5 6"),
               std::string(1000, 'x') + "\n1 2\n3 4\n");
  const unsigned count = GENERATE(1u, 2u, 3u, 7u);
  const auto slices = split_at_lines(text, count);
  CHECK(slices.size() <= count);
  std::string joined;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    CHECK_FALSE(slices[i].empty());
    if (i + 1 < slices.size()) CHECK(slices[i].back() == '\n');
    joined += slices[i];
  }
  CHECK(joined == text);
}

TEST_CASE("a file is one window, and knows its lines", "[cli][model]") {
  const written_file file("1 2\n3 4\n5 6");
  text_source text(file.text());
  REQUIRE(text.next());
  CHECK(text.window() == "1 2\n3 4\n5 6");
  CHECK(text.size() == 11u);
  CHECK(text.line_of(text.window().data()) == 1);
  CHECK(text.line_of(text.window().data() + 8) == 3);
  CHECK_FALSE(text.next());
}

TEST_CASE("an empty file has no window, and a missing one is not found",
          "[cli][error]") {
  const written_file file("");
  text_source text(file.text());
  CHECK_FALSE(text.next());
  try {
    text_source missing(file.text() + ".missing");
    FAIL("it was opened");
  } catch (const failure& f) {
    CHECK(f.status() == exit_status::not_found);
  }
}
