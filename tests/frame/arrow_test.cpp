// The Arrow C Data Interface, with a consumer and a producer of our own.
#include <catch2/catch.hpp>

#include <cmath>
#include <cstring>
#include <deque>
#include <limits>
#include <optional>

#include <telar/frame/arrow.hpp>

#include "frame/tables.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

namespace {

/// What the specification demands of a struct array of primitive children, as
/// far as a consumer can see it; empty if all holds.
std::string validate(const ArrowSchema& schema, const ArrowArray& array) {
  if (!schema.release || !array.release) return "released";
  if (std::string(schema.format) != "+s") return "no struct";
  if (schema.n_children != array.n_children) return "other children";
  if (array.n_buffers != 1) return "a struct has one buffer";
  if (array.null_count != 0) return "nulls";
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& what = *schema.children[i];
    const ArrowArray& cells = *array.children[i];
    if (!what.release || !cells.release) return "a released child";
    if (!what.name || !what.format || what.dictionary) return "a bad schema";
    const std::string format = what.format;
    const bool text = format == "U";
    if (!text && std::string("csilCSILfgb").find(format) == format.npos) {
      return "format " + format;
    }
    if (cells.length < array.length) return "a short child";
    if (cells.n_buffers != (text ? 3 : 2)) return "buffers";
    if (cells.buffers[0] && cells.null_count == 0) return "needless bits";
    if (array.length > 0 && !cells.buffers[1]) return "no cells";
    const auto* offsets = static_cast<const std::int64_t*>(cells.buffers[1]);
    for (std::int64_t r = 0; text && r < cells.length; ++r) {
      if (offsets[r] > offsets[r + 1]) return "offsets go back";
    }
  }
  return "";
}

frame table_of_all() {
  frame table = small_table(20);
  const auto i = table.add_column<std::int32_t>("i");
  const auto d = table.add_column<double>("d", 0.5);
  const auto u = table.add_column<std::uint64_t>("u", 9);
  const auto b = table.add_column<bool>("b");
  const auto s = table.add_column<std::string>("s");
  for (std::uint64_t row = 0; row < 20; ++row) {
    i.store(row, static_cast<std::int32_t>(row) - 7);
    b.store(row, row % 3 == 0);
    s.store(row, std::string(row, 'x'));
  }
  return table;
}

/// A producer's column: it counts how often it was released.
struct produced {
  ArrowSchema schema{};
  ArrowArray array{};
  std::vector<const void*> buffers;
  int released = 0;

  produced(const char* format, const char* name, std::int64_t rows,
           std::vector<const void*> with, std::int64_t offset = 0,
           std::int64_t nulls = 0)
      : buffers(std::move(with)) {
    schema.format = format;
    schema.name = name;
    schema.private_data = this;
    schema.release = [](ArrowSchema* s) {
      ++static_cast<produced*>(s->private_data)->released;
      s->release = nullptr;
    };
    array.length = rows;
    array.offset = offset;
    array.null_count = nulls;
    array.n_buffers = static_cast<std::int64_t>(buffers.size());
    array.buffers = buffers.data();
    array.private_data = this;
    array.release = [](ArrowArray* a) {
      ++static_cast<produced*>(a->private_data)->released;
      a->release = nullptr;
    };
  }
  produced(const produced&) = delete;
};

/// A struct array of such columns, without nulls of its own.
struct producer : produced {
  std::deque<produced> columns;
  std::vector<ArrowSchema*> schemas;
  std::vector<ArrowArray*> arrays;

  explicit producer(std::int64_t rows, std::int64_t offset = 0)
      : produced("+s", "", rows, {nullptr}, offset) {}

  template <typename... Arguments>
  void add(Arguments&&... arguments) {
    produced& one = columns.emplace_back(arguments...);
    schemas.push_back(&one.schema);
    arrays.push_back(&one.array);
    schema.children = schemas.data();
    array.children = arrays.data();
    schema.n_children = array.n_children =
        static_cast<std::int64_t>(schemas.size());
  }
};

using pointers = std::vector<const void*>;

}  // namespace

TEST_CASE("an exported table is valid, and its numbers are not copied",
          "[frame][arrow]") {
  frame table = table_of_all();
  ArrowSchema schema{};
  ArrowArray array{};
  export_arrow(table, schema, array);
  REQUIRE(validate(schema, array) == "");
  REQUIRE(array.length == 20);
  REQUIRE(schema.n_children == 5);
  CHECK(std::string(schema.children[0]->name) == "i");
  CHECK(std::string(schema.children[0]->format) == "i");
  CHECK(array.children[0]->buffers[1] ==
        table.column<std::int32_t>("i").span().data());
  CHECK(array.children[1]->buffers[1] ==
        table.column<double>("d").span().data());
  const auto* bits =
      static_cast<const unsigned char*>(array.children[3]->buffers[1]);
  for (int row = 0; row < 20; ++row) {
    CHECK((bits[row / 8] >> (row % 8) & 1) == (row % 3 == 0));
  }
  const auto* offsets =
      static_cast<const std::int64_t*>(array.children[4]->buffers[1]);
  CHECK(offsets[20] == 190);
  schema.release(&schema);
  array.release(&array);
  CHECK(schema.release == nullptr);
  CHECK(array.release == nullptr);
}

TEST_CASE("what was exported outlives the table, and each child its parent",
          "[frame][arrow]") {
  ArrowSchema schema{};
  ArrowArray array{};
  {
    const frame table = table_of_all();
    export_arrow(table, schema, array);
  }
  // As a consumer moves a child: a copy of the struct, the original released.
  ArrowArray numbers = *array.children[0];
  array.children[0]->release = nullptr;
  array.release(&array);
  schema.release(&schema);
  const auto* cells = static_cast<const std::int32_t*>(numbers.buffers[1]);
  for (int row = 0; row < 20; ++row) CHECK(cells[row] == row - 7);
  numbers.release(&numbers);
}

TEST_CASE("a table that was exported is imported as it was", "[frame][arrow]") {
  const auto rows = GENERATE(0u, 1u, 20u);
  const frame table = [&] {
    if (rows == 20) return table_of_all();
    frame made = small_table(rows);
    made.add_column<float>("f", 1.25F);
    made.add_column<std::string>("s", "text");
    made.add_column<bool>("b", true);
    return made;
  }();
  ArrowSchema schema{};
  ArrowArray array{};
  export_arrow(table, schema, array);
  const segment_name name("arrow");
  const frame back = import_arrow(schema, array, name);
  CHECK(schema.release == nullptr);
  CHECK(array.release == nullptr);
  CHECK(back.columns() == table.columns());
  CHECK(back.text() == table.text());
  CHECK(problems(back) == "");
}

TEST_CASE("offsets and nulls of a producer are understood", "[frame][arrow]") {
  const std::int32_t numbers[] = {0, 1, 2, 3, 4, 5, 6};
  const float reals[] = {0, 1.5F, 2.5F, 3.5F, 4.5F, 5.5F, 6.5F};
  const unsigned char bits[] = {0b1011011};  // row 2 and row 5 are null
  const std::int32_t offsets[] = {0, 1, 3, 6, 6, 8, 9, 10};
  const char text[] = "abbccceefg";
  producer from(4, 1);  // rows 1 to 4 of each child
  from.add("i", "plain", 6, pointers{nullptr, numbers}, 1);  // 2 … 5
  from.add("i", "nulls", 7, pointers{bits, numbers}, 0, -1);
  from.add("f", "reals", 7, pointers{bits, reals}, 0, 2);
  from.add("b", "bits", 7, pointers{nullptr, bits});
  from.add("u", "text", 7, pointers{bits, offsets, text}, 0, 2);
  const frame table = import_arrow(from.schema, from.array);
  CHECK(from.released == 2);
  CHECK(cells_of<std::int32_t>(table, "plain") ==
        std::vector<std::int32_t>{2, 3, 4, 5});
  const auto nulls = cells_of<double>(table, "nulls");
  CHECK(nulls[0] == 1);
  CHECK(std::isnan(nulls[1]));
  CHECK(nulls[3] == 4);
  CHECK(std::isnan(cells_of<float>(table, "reals")[1]));
  CHECK(cells_of<float>(table, "reals")[2] == 3.5F);
  CHECK(cells_of<bool>(table, "bits") ==
        std::vector<bool>{true, false, true, true});
  CHECK(cells_of<std::string>(table, "text") ==
        std::vector<std::string>{"bb", "", "", "ee"});
}

TEST_CASE("what cannot be imported is named, released, and leaves no table",
          "[frame][arrow][error]") {
  const std::int64_t numbers[] = {1, 2};
  const unsigned char bits[] = {0b01};
  const std::int32_t back[] = {3, 1, 2};
  const auto check = [](producer& from, const char* what) {
    const segment_name name("arrow");
    const failure found =
        failure_of([&] { return import_arrow(from.schema, from.array, name); });
    CHECK(found.code == errc::bad_argument);
    CHECK_THAT(found.message, Contains(what));
    CHECK(from.released == 2);
    CHECK(failure_of([&] { return frame::open(name); }).code ==
          errc::not_found);
  };
  producer type(2);
  type.add("l", "fine", 2, pointers{nullptr, numbers});
  type.add("tdD", "date", 2, pointers{nullptr, numbers});
  check(type, "date");
  producer dictionary(2);
  dictionary.add("l", "codes", 2, pointers{nullptr, numbers});
  dictionary.columns[0].schema.dictionary = &type.schema;
  check(dictionary, "dictionary");
  producer null_bools(2);
  null_bools.add("b", "flags", 2, pointers{bits, bits}, 0, 1);
  check(null_bools, "flags");
  producer few(2);
  few.add("l", "short", 1, pointers{nullptr, numbers});
  check(few, "short");
  producer buffers(2);
  buffers.add("u", "text", 2, pointers{nullptr, numbers});
  check(buffers, "buffers");
  producer offsets(2);
  offsets.add("u", "text", 2, pointers{nullptr, back, "abc"});
  check(offsets, "go back");
  producer twice(2);
  twice.add("l", "x", 2, pointers{nullptr, numbers});
  twice.add("l", "x", 2, pointers{nullptr, numbers});
  const failure found =
      failure_of([&] { return import_arrow(twice.schema, twice.array); });
  CHECK(found.code == errc::exists);
  producer plain(2);
  plain.schema.format = "l";
  check(plain, "no struct");
  const failure again =
      failure_of([&] { return import_arrow(plain.schema, plain.array); });
  CHECK_THAT(again.message, Contains("released"));
}

TEST_CASE("a producer that breaks the interface visibly is refused",
          "[frame][arrow][error]") {
  const std::int64_t numbers[] = {1, 2};
  const auto refused = [](producer& from, const char* what) {
    const failure found =
        failure_of([&] { return import_arrow(from.schema, from.array); });
    CHECK(found.code == errc::bad_argument);
    CHECK_THAT(found.message, Contains(what));
    CHECK(from.released == 2);
  };
  producer child(2);
  child.add("l", "x", 2, pointers{nullptr, numbers});
  child.columns[0].array.release = nullptr;
  refused(child, "released");
  producer cells(2);
  cells.add("l", "x", 2, pointers{nullptr, nullptr});
  refused(cells, "no buffer");
  producer none(2);
  none.add("l", "x", 2, pointers{nullptr, numbers});
  none.columns[0].array.buffers = nullptr;
  refused(none, "too few");
  const std::int32_t offsets[] = {0, 1, 2};
  producer bytes(2);
  bytes.add("u", "x", 2, pointers{nullptr, offsets, nullptr});
  refused(bytes, "no buffer");
  producer negative(2);
  negative.add("l", "x", 2, pointers{nullptr, numbers}, -1);
  refused(negative, "offset");
  producer far(2, std::numeric_limits<std::int64_t>::max());
  far.add("l", "x", 2, pointers{nullptr, numbers});
  refused(far, "offset");
  producer format(2);
  format.add(nullptr, "x", 2, pointers{nullptr, numbers});
  refused(format, "format");
  producer children(2);
  children.schema.n_children = children.array.n_children = 1;
  refused(children, "belong together");
}
