// An independent reader and writer of Arrow: DuckDB, by its C library.
//
// Skipped where libduckdb.so is not installed.  It is looked for as
// $TELAR_DUCKDB, among the system's libraries, and where `npm install
// @duckdb/node-api` puts it, in this folder, $HOME or globally.  (The node
// binding itself takes neither pointers nor Arrow buffers.)
#include <dlfcn.h>

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

#include <telar/frame/arrow.hpp>

#include "frame/tables.hpp"
#include "support/random.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;

namespace {

void* library() {
  const auto in = [](const char* folder) {
    return std::string(folder ? folder : "") +
           "/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so";
  };
  const char* chosen = std::getenv("TELAR_DUCKDB");
  for (const std::string& path :
       {std::string(chosen ? chosen : "libduckdb.so"), in("."),
        in(std::getenv("HOME")), in("/usr/lib"), in("/usr/local/lib")}) {
    if (void* found = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
      return found;
    }
  }
  skip("there is no libduckdb.so: see the head of tests/frame/duckdb_test.cpp");
}

/// What of duckdb.h is needed, declared as there: handles are pointers, and
/// functions return 0 when they succeed.
namespace api {

using handle = void*;
struct result {
  std::array<void*, 6> known_to_it;
};

template <typename Signature>
Signature* function(const char* name) {
  static void* const all = library();
  void* found = ::dlsym(all, name);
  require(found != nullptr, name);
  return reinterpret_cast<Signature*>(found);
}

}  // namespace api

/// A database in memory, with one connection.
class duckdb {
 public:
  using row = std::vector<std::string>;

  duckdb() {
    const auto open =
        api::function<int(const char*, api::handle*)>("duckdb_open");
    const auto connect =
        api::function<int(api::handle, api::handle*)>("duckdb_connect");
    require(open(nullptr, &database_) == 0, "duckdb_open");
    require(connect(database_, &connection_) == 0, "duckdb_connect");
  }
  ~duckdb() {
    api::function<void(api::handle*)>("duckdb_disconnect")(&connection_);
    api::function<void(api::handle*)>("duckdb_close")(&database_);
  }
  duckdb(const duckdb&) = delete;

  /// The rows of the answer; "NULL" for null.
  std::vector<row> ask(const std::string& sql) {
    using api::result;
    result got{};
    const int failed = api::function<int(api::handle, const char*, result*)>(
        "duckdb_query")(connection_, sql.c_str(), &got);
    INFO(sql);
    if (failed != 0) {
      FAIL(api::function<const char*(result*)>("duckdb_result_error")(&got));
    }
    const auto rows =
        api::function<std::uint64_t(result*)>("duckdb_row_count")(&got);
    const auto columns =
        api::function<std::uint64_t(result*)>("duckdb_column_count")(&got);
    const auto text =
        api::function<char*(result*, std::uint64_t, std::uint64_t)>(
            "duckdb_value_varchar");
    std::vector<row> all(rows);
    for (std::uint64_t r = 0; r < rows; ++r) {
      for (std::uint64_t c = 0; c < columns; ++c) {
        char* const value = text(&got, c, r);
        all[r].push_back(value ? value : "NULL");
        api::function<void(void*)>("duckdb_free")(value);
      }
    }
    api::function<void(result*)>("duckdb_destroy_result")(&got);
    return all;
  }

  /// Makes a table of what a frame exports.
  void create(const std::string& name, const frame& from);
  /// A frame of the answer, which must fit into one chunk.
  frame import(const std::string& sql);

 private:
  api::handle database_ = nullptr;
  api::handle connection_ = nullptr;
};

/// Arrow's C stream interface, of one table: one array, and it ends.
struct stream {
  int (*get_schema)(stream*, ArrowSchema*);
  int (*get_next)(stream*, ArrowArray*);
  const char* (*get_last_error)(stream*);
  void (*release)(stream*);
  void* private_data;
};

struct lent {
  ArrowSchema schema{};
  ArrowArray array{};
  int released = 0;

  stream as_stream() {
    return {[](stream* s, ArrowSchema* out) {
              // A copy that the consumer may release: ours stays.
              *out = static_cast<lent*>(s->private_data)->schema;
              out->release = [](ArrowSchema* copy) { copy->release = nullptr; };
              return 0;
            },
            [](stream* s, ArrowArray* out) {
              // Moved out: from here on it is the consumer's to release.
              ArrowArray& mine = static_cast<lent*>(s->private_data)->array;
              *out = mine;
              mine.release = nullptr;
              return 0;
            },
            [](stream*) -> const char* { return nullptr; },
            [](stream* s) {
              ++static_cast<lent*>(s->private_data)->released;
              s->release = nullptr;
            },
            this};
  }
};

void duckdb::create(const std::string& name, const frame& from) {
  lent what;
  export_arrow(from, what.schema, what.array);
  stream all = what.as_stream();
  require(api::function<int(api::handle, const char*, void*)>(
              "duckdb_arrow_scan")(connection_, "lent", &all) == 0,
          "duckdb_arrow_scan");
  ask("create table " + name + " as select * from lent");
  ask("drop view lent");
  CHECK(what.array.release == nullptr);
  what.schema.release(&what.schema);
}

frame duckdb::import(const std::string& sql) {
  api::handle answer = nullptr;
  require(api::function<int(api::handle, const char*, api::handle*)>(
              "duckdb_query_arrow")(connection_, sql.c_str(), &answer) == 0,
          sql.c_str());
  ArrowSchema schema{};
  ArrowArray array{};
  void* to_schema = &schema;
  void* to_array = &array;
  require(api::function<int(api::handle, void**)>("duckdb_query_arrow_schema")(
              answer, &to_schema) == 0 &&
              api::function<int(api::handle, void**)>(
                  "duckdb_query_arrow_array")(answer, &to_array) == 0,
          "no array");
  // What it exported outlives the answer, and is ours to release.
  api::function<void(api::handle*)>("duckdb_destroy_arrow")(&answer);
  frame made = import_arrow(schema, array);
  CHECK(schema.release == nullptr);
  CHECK(array.release == nullptr);
  return made;
}

std::string text_of(const cell_value& value) {
  return std::visit(
      [](const auto& is) -> std::string {
        using V = std::remove_cvref_t<decltype(is)>;
        if constexpr (std::is_same_v<V, std::string>) {
          return is;
        } else if constexpr (std::is_same_v<V, bool>) {
          return is ? "true" : "false";
        } else if constexpr (std::is_same_v<V, double>) {
          return std::to_string(static_cast<std::int64_t>(is));  // all whole
        } else {
          return std::to_string(is);
        }
      },
      value);
}

constexpr std::uint64_t row_count = 5'000;

/// Whole numbers, so that every sum is exact.
template <typename T>
void add_random(frame& table, const char* name, seeded_random& random) {
  const auto cells = table.add_column<T>(name);
  for (std::uint64_t r = 0; r < row_count; ++r) {
    const std::uint64_t bits = random();
    if constexpr (std::is_floating_point_v<T>) {
      cells.store(r, static_cast<T>(static_cast<int>(bits % 20'001) - 10'000));
    } else if constexpr (std::is_same_v<T, bool>) {
      cells.store(r, bits % 3 == 0);
    } else {
      // 13 bits less, so that no sum exceeds 64.
      cells.store(r, static_cast<T>(static_cast<T>(bits) / 8192));
    }
  }
}

std::string random_text(seeded_random& random) {
  constexpr const char* pieces[] = {"a",  "Zoë",  "\"", "'",
                                    "\n", "日本", ",",  " "};
  std::string text;
  for (auto n = random.below(20); n > 0; --n) text += pieces[random.below(8)];
  return text;
}

frame random_table(seeded_random& random) {
  frame table = small_table(row_count);
  add_random<std::int8_t>(table, "i8", random);
  add_random<std::int16_t>(table, "i16", random);
  add_random<std::int32_t>(table, "i32", random);
  add_random<std::int64_t>(table, "i64", random);
  add_random<std::uint8_t>(table, "u8", random);
  add_random<std::uint16_t>(table, "u16", random);
  add_random<std::uint32_t>(table, "u32", random);
  add_random<std::uint64_t>(table, "u64", random);
  add_random<float>(table, "f32", random);
  add_random<double>(table, "f64", random);
  add_random<bool>(table, "b", random);
  const auto text = table.add_column<std::string>("s");
  const auto key = table.add_column<std::string>("key");
  for (std::uint64_t r = 0; r < row_count; ++r) {
    text.store(r, random_text(random));
    key.store(r, "k" + std::to_string(random.below(50)));
  }
  return table;
}

const std::vector<std::string> numbers{"i8",  "i16", "i32", "i64", "u8",
                                       "u16", "u32", "u64", "f32", "f64"};

}  // namespace

TEST_CASE("DuckDB finds in an exported table what the table finds itself",
          "[frame][arrow]") {
  seeded_random random;
  duckdb sql;
  const frame table = random_table(random);
  sql.create("t", table);
  for (const std::string& name : numbers) {
    const auto found =
        sql.ask("select count(" + name + "), sum(" + name + ")::hugeint, min(" +
                name + ")::hugeint, max(" + name + ")::hugeint from t")[0];
    const column_ref cells = table[name];
    CHECK(found == duckdb::row{std::to_string(cells.count()),
                               text_of(cells.sum()), text_of(*cells.min()),
                               text_of(*cells.max())});
  }
  CHECK(sql.ask("select count(*) from t where b")[0][0] ==
        text_of(table["b"].sum()));
  CHECK(sql.ask("select count(*) from t where i16 >= 0 and not b")[0][0] ==
        std::to_string(((table["i16"] >= 0) & (table["b"] == false)).count()));
  CHECK(sql.ask("select count(*) from t where f32 < 0.5")[0][0] ==
        std::to_string((table["f32"] < 0.5).count()));
  const auto texts = sql.ask("select s, strlen(s) from t order by rowid");
  const auto mine = cells_of<std::string>(table, "s");
  REQUIRE(texts.size() == mine.size());
  for (std::size_t r = 0; r < mine.size(); ++r) {
    REQUIRE(texts[r][0] == mine[r]);
    REQUIRE(texts[r][1] == std::to_string(mine[r].size()));
  }
}

TEST_CASE("DuckDB groups an exported table as the table groups itself",
          "[frame][arrow]") {
  seeded_random random;
  duckdb sql;
  const frame table = random_table(random);
  sql.create("t", table);
  for (const std::string key : {"key", "b", "i8", "u8"}) {
    const auto found =
        sql.ask("select " + key + ", sum(i64)::hugeint, min(f64)::bigint, " +
                "max(s), count(u32), avg(i32) from t group by 1 order by 1");
    const grouping groups = table.group_by(key);
    const frame sums = groups.sum("i64");
    const frame least = groups.min("f64");
    const frame most = groups.max("s");
    const frame counts = groups.count("u32");
    const frame means = groups.mean("i32");
    REQUIRE(found.size() == sums.rows());
    for (std::uint64_t r = 0; r < sums.rows(); ++r) {
      REQUIRE(found[r][0] == text_of(sums[key].get(r)));
      REQUIRE(found[r][1] == text_of(sums["i64"].get(r)));
      REQUIRE(found[r][2] == text_of(least["f64"].get(r)));
      REQUIRE(found[r][3] == text_of(most["s"].get(r)));
      REQUIRE(found[r][4] == text_of(counts["u32"].get(r)));
      REQUIRE(std::stod(found[r][5]) ==
              Approx(means.column<double>("i32").load(r)));
    }
  }
}

TEST_CASE("strings of any bytes of text, and tables of no rows, reach DuckDB",
          "[frame][arrow]") {
  duckdb sql;
  frame table = small_table(3);
  const auto s = table.add_column<std::string>("s");
  s.store(0, std::string("a\0b", 3));
  s.store(2, std::string(65'535, 'x'));
  table.add_column<bool>("true or \"false\"", true);
  sql.create("t", table);
  CHECK(sql.ask("select strlen(s), \"true or \"\"false\"\"\" from t") ==
        std::vector<duckdb::row>{
            {"3", "true"}, {"0", "true"}, {"65535", "true"}});
  frame empty = small_table(0);
  empty.add_column<std::string>("s");
  empty.add_column<bool>("b");
  empty.add_column<int>("i");
  sql.create("e", empty);
  CHECK(sql.ask("select count(*), max(s) from e")[0] ==
        duckdb::row{"0", "NULL"});
}

TEST_CASE("what DuckDB exports is imported, nulls as they are documented",
          "[frame][arrow]") {
  duckdb sql;
  const frame table = sql.import(
      "select i::tinyint as a, (i * 3000000000)::bigint as b, i::usmallint as "
      "c,"
      " (i / 4)::float as d, i % 3 = 0 as e, repeat('ë', i) as f,"
      " case when i % 2 = 0 then i end as g, "
      " case when i % 5 != 0 then 'x' || i end as h,"
      " case when i > 90 then i::double end as j"
      " from generate_series(0, 99) as all_of_them(i)");
  REQUIRE(table.rows() == 100);
  const auto e = cells_of<bool>(table, "e");
  const auto g = cells_of<double>(table, "g");
  const auto h = cells_of<std::string>(table, "h");
  for (std::uint64_t i = 0; i < 100; ++i) {
    CHECK(table.column<std::int8_t>("a").load(i) == static_cast<int>(i));
    CHECK(table.column<std::int64_t>("b").load(i) ==
          static_cast<std::int64_t>(i) * 3'000'000'000);
    CHECK(table.column<std::uint16_t>("c").load(i) == i);
    CHECK(table.column<float>("d").load(i) == static_cast<float>(i) / 4);
    CHECK(e[i] == (i % 3 == 0));
    CHECK(table.column<std::string>("f").load(i).size() == 2 * i);
    CHECK((i % 2 == 0 ? g[i] == static_cast<double>(i) : std::isnan(g[i])));
    CHECK(h[i] == (i % 5 != 0 ? "x" + std::to_string(i) : ""));
  }
  CHECK(table["j"].count() == 9);
  CHECK(table["j"].sum() == cell_value(855.0));
  CHECK(problems(table) == "");
  const failure dates = failure_of(
      [&] { return sql.import("select date '2024-02-29' as day").rows(); });
  CHECK(dates.code == errc::bad_argument);
  CHECK_THAT(dates.message, Catch::Contains("day"));
}
