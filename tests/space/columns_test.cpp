// Columns where the system does not do all that they ask for.
#include <cerrno>
#include <new>

#include <catch2/catch.hpp>

#include <telar/frame.hpp>

#include "space/seam.hpp"
#include "support/failure.hpp"
#include "support/placed.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;

namespace {

const frame_options small{.reserve = 16u << 20};

}  // namespace

TEST_CASE(
    "where a file system cannot punch holes, columns can be dropped and added "
    "all the same",
    "[space][error]") {
  frame table = frame::create(anonymous, small);
  table.append_rows(3);
  table.add_column<int>("age", 7);
  table.add_column<std::string>("name", std::string("Ada"));
  const system_without these{system_without::holes{}};
  CHECK(table.drop_column("age"));
  CHECK_FALSE(table.has("age"));
  REQUIRE_NOTHROW(table.add_column<int>("age", 9));
  CHECK(table.column<int>("age").load(2) == 9);
  REQUIRE_NOTHROW(table.pack("name"));
  CHECK(table.column<std::string>("name").load(1) == "Ada");
  CHECK(table.check().ok());
}

TEST_CASE("a graph with columns can be asked for its state without a heap",
          "[space][process][error]") {
  const segment_name name("state");
  process child = start_process([&] {
    frame table = frame::create(name, small);
    table.append_rows(3);
    table.add_column<int>("age", 7);
    for (std::uint64_t at = 1; at < 20; ++at) {
      const graph other = graph::open(name);
      try {
        const armed now({.of = resource::heap, .at = at, .errnum = ENOMEM});
        (void)other.info();
      } catch (const std::bad_alloc&) {
      }
    }
    return 0;
  });
  CHECK(wait_for(child) == 0);
}
