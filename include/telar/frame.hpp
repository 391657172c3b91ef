// telar/frame.hpp: named, typed columns in shared memory.  Start here.
//
//   auto table = telar::frame::create("prices");         // any process
//   table.append_rows(1000);
//   auto price = table.add_column<double>("price");
//   price.transform([](double x) { return 1.2 * x; });
//   table["price"].where(table["volume"] < 10) = 0.0;
//   std::cout << table.head(5);
//
//   telar::frame people(graph);     // the vertex table: row v is vertex v
//   auto age = people.add_column<std::uint8_t>("age");
//
// A frame stands on the segment of a graph, whose vertices are its rows: a
// table of its own is a graph that never gets an edge.  Rows are appended, by
// anybody, and never move; a graph that gets a vertex thereby gets a row.  A
// row that nobody has written reads as zero, false or the empty string.
//
// "concurrent" and "exclusive" mean what they mean in telar/graph.hpp.  All
// members throw what opening and growing a graph may throw, besides what they
// name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <telar/frame/column.hpp>
#include <telar/frame/column_ref.hpp>
#include <telar/graph.hpp>

namespace telar {

struct frame_options {
  /// Address space for rows: about 128 bytes each, whatever the columns.
  std::uint64_t reserve = 0;  ///< As in `graph_options`.
  std::uint64_t limit = 0;    ///< The most memory to commit; 0: no limit.
  std::uint32_t mode = 0600;  ///< Permissions.
};

class grouping;

class frame {
 public:
  // ---- Making, opening, removing: as for graphs.

  /// The vertex table of a graph.  It keeps the graph's segment mapped.
  explicit frame(const graph& of);

  /// Creates a table of its own, without rows and columns.
  /// Throws `exists`, `bad_argument`, `no_space`, `system`.
  /// If the process is killed inside: nothing is left.
  [[nodiscard]] static frame create(const location& where,
                                    const frame_options& options = {});
  /// Opens a table, or the vertex table of a graph, by name or path.
  [[nodiscard]] static frame open(const location& where);
  /// Removes the name or file; false if there was none.
  static bool remove(const location& where);

  /// A copy of the graph, as `snapshot::clone` makes it, with all columns.
  ///
  /// The graph's state is that of one moment.  Cells are copied one by one: of
  /// what others write meanwhile, some is in the copy.  Throws as that;
  /// `not_found` if a column is dropped meanwhile.
  /// Concurrency: concurrent.
  /// If the process is killed inside: nothing is left; the name is given last.
  [[nodiscard]] frame clone(const location& where,
                            const clone_options& how = {}) const;

  [[nodiscard]] const std::string& name() const noexcept {
    return graph_.name();
  }
  /// The graph whose vertices the rows are.
  [[nodiscard]] const graph& vertices() const noexcept { return graph_; }

  // ---- Rows

  /// How many rows there are.  Concurrency: concurrent, wait-free.
  [[nodiscard]] std::uint64_t rows() const noexcept {
    return graph_.vertex_count();
  }
  /// Appends rows and returns the number of the first, with memory for all
  /// columns that there are.
  ///
  /// Throws `no_space`: no row was appended, unless others appended some at the
  /// same time; `bad_argument` for a graph with keys, whose vertices are added
  /// by key.  Complexity: O(columns), and committing memory.
  /// Concurrency: concurrent, lock-free.
  /// If the process is killed inside: all `count` rows are there, or none.
  std::uint64_t append_rows(std::uint64_t count);

  // ---- Columns: at most 64; names have 1 to 64 bytes.

  /// The columns, in the order in which they were added.
  /// Concurrency: concurrent, wait-free.
  [[nodiscard]] std::vector<column_info> columns() const;
  [[nodiscard]] bool has(std::string_view column) const;

  /// Adds a column, `initial` in all rows that there are.
  ///
  /// Throws `exists`, `bad_argument` (the name), `no_space`; `timed_out` if
  /// another process takes longer than ten seconds over one of its columns.
  /// Complexity: O(rows), O(1) for zero.
  /// Concurrency: concurrent.  One column is added or dropped at a time.
  /// If the process is killed inside: the column is there with all its cells,
  /// or it is not.
  template <typename T>
  telar::column<T> add_column(std::string_view name, const T& initial = {}) {
    const cell_value value = detail::cell_of(initial);
    return telar::column<T>(add(name, detail::column_type_of<T>(), &value));
  }
  /// The same, with a value for each row: as many as there are rows.
  template <typename T>
  telar::column<T> add_column(std::string_view name,
                              const std::vector<T>& values) {
    require_rows(values.size());
    return telar::column<T>(add(name, detail::column_type_of<T>(),
                                [&](const detail::column_access& made) {
                                  const telar::column<T> filled(made);
                                  for (std::uint64_t i = 0; i < values.size();
                                       ++i) {
                                    filled.store(i, values[i]);
                                  }
                                }));
  }

  /// A handle to a column.
  /// Throws `not_found`; `bad_argument` if it has another type.
  /// Concurrency: concurrent, wait-free.
  template <typename T>
  [[nodiscard]] telar::column<T> column(std::string_view name) const {
    return telar::column<T>(typed(name, detail::column_type_of<T>()));
  }
  /// A column of whatever type: for comparing, assigning, summing.
  [[nodiscard]] column_ref operator[](std::string_view name) const;

  /// Drops a column and gives its memory back; false if there is none.
  ///
  /// Requires: nobody uses the column meanwhile.  Others may be used.
  /// Throws `timed_out` as `add_column`.
  /// If the process is killed inside: the column is there, or it is not.
  bool drop_column(std::string_view name);

  /// Replaces each x of a column by f(x): see `column::transform`.
  template <typename T, typename Function, typename Run = sequential_runner>
  void transform(std::string_view name, const Function& f, Run&& run = {}) {
    column<T>(name).transform(f, run);
  }

  /// Gives back what replaced strings hold, and what was lost with killed
  /// processes.  Does nothing to a column of numbers.
  ///
  /// Requires: nobody uses the column meanwhile.  Handles to it are stale
  /// afterwards.  Complexity: O(rows + bytes).
  /// If the process is killed inside: the column is as it was, or packed.
  void pack(std::string_view name);

  // ---- Choosing and grouping

  /// A new table of the rows that `mask` marks, with all columns.
  /// Concurrency: concurrent; rows are copied one by one.
  [[nodiscard]] frame select(const mask& rows,
                             const location& where = isolated) const;
  /// A new table of these columns, with all rows.
  [[nodiscard]] frame select(const std::vector<std::string>& columns,
                             const location& where = isolated) const;
  /// The rows that have the same value in a column, taken together.
  [[nodiscard]] grouping group_by(std::string_view column) const;

  // ---- Printing, as pandas prints

  /// The table as text: an index column, then the columns, right-aligned.  Of
  /// more than `most` rows the first and last five are shown (0: all rows); of
  /// columns that need lines of `width` characters or more, the first and the
  /// last (0: all columns).  A text is cut after 50 characters, its line ends
  /// are shown as \n.
  [[nodiscard]] std::string text(std::uint64_t most = 60,
                                 std::size_t width = 80) const;
  /// The first, or last, `count` rows as text.
  [[nodiscard]] std::string head(std::uint64_t count = 5,
                                 std::size_t width = 80) const;
  [[nodiscard]] std::string tail(std::uint64_t count = 5,
                                 std::size_t width = 80) const;

  // ---- Health

  /// What `graph::check` finds, and whether the columns keep their invariants
  /// C1 to C6.  Half-done work of killed processes is put right before.
  /// Complexity: O(cells of bools and strings), and the graph's.
  /// Concurrency: exclusive, in the segment.
  [[nodiscard]] check_report check() const;

 private:
  explicit frame(graph&& on) : graph_(std::move(on)) {}
  using fill = std::function<void(const detail::column_access&)>;
  detail::column_access add(std::string_view name, column_type type,
                            const fill& filled);
  detail::column_access add(std::string_view name, column_type type,
                            const cell_value* initial);
  [[nodiscard]] detail::column_access typed(std::string_view name,
                                            column_type type) const;
  void require_rows(std::uint64_t count) const;

  graph graph_;
};

/// The text, as wide as the terminal: $COLUMNS, or what standard output is
/// connected to, or 80 characters.
std::ostream& operator<<(std::ostream& out, const frame& table);

}  // namespace telar

#include <telar/frame/grouping.hpp>
