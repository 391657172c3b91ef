// Names of shared graphs, and paths of files.
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/failure.hpp"
#include "support/segment_name.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::uint64_t reserve = 256u << 20;

}  // namespace

TEST_CASE("names are letters, digits, dots, dashes and underscores",
          "[graph][placement][error]") {
  const segment_name unique("N.a_m-e9");
  std::string longest = unique.text() + "-" + std::string(200, 'x');
  longest.resize(200);
  for (const std::string& good : {unique.text(), longest}) {
    CHECK_NOTHROW(graph::create(good, {.reserve = reserve}));
    CHECK(graph::remove(good));
  }
  using namespace std::string_literals;
  for (const std::string& bad :
       {""s, "."s, ".."s, ".hidden"s, "-rf"s, "a b"s, "caf\xc3\xa9"s, "a\0b"s,
        "a:b"s, "a\n"s, "/tmp/a\0b"s, std::string(201, 'x')}) {
    INFO("\"" << bad << "\"");
    CHECK(failure_of([&] { return graph::create(bad); }).code ==
          errc::bad_argument);
    CHECK(failure_of([&] { return graph::open(bad); }).code ==
          errc::bad_argument);
    CHECK(failure_of([&] { return graph::remove(bad); }).code ==
          errc::bad_argument);
  }
}

TEST_CASE("text with a slash is the path of a file", "[graph][placement]") {
  const temporary_folder folder("paths");
  const std::string path = (folder.path() / "a graph, named freely").string();
  auto g = graph::create(path, {.reserve = reserve});
  CHECK(g.placement() == placement::file);
  CHECK(g.name() == path);
  CHECK(std::filesystem::is_regular_file(path));

  const failure nowhere = failure_of(
      [&] { return graph::create((folder.path() / "none" / "g").string()); });
  CHECK(nowhere.code == errc::not_found);
  CHECK_THAT(nowhere.message, Catch::Contains("none"));
  // A file is not a shared segment of the same name.
  CHECK(failure_of([&] {
          return graph::open(folder.path().filename().string());
        }).code == errc::not_found);
}
