// telar/frame/csv.hpp: tables from files of comma-separated values, and back.
#pragma once

#include <string>

#include <telar/frame.hpp>

namespace telar {

struct csv_options {
  char delimiter = ',';
  /// The first row holds the names of the columns; otherwise they are called
  /// "0", "1", …  A name that occurs again becomes "name.1", an empty one
  /// "Unnamed: 0" with its place, as in pandas.
  bool header = true;
};

/// Reads a file into a new table.  The types are those that pandas infers:
/// i64, or u64 where that is too small; f64 for numbers with fractions,
/// exponents or missing fields (NaN); bool for true and false; else string.
/// Integers that no type holds all of (more than 64 bits; negative ones or
/// missing ones beside u64) stay strings, a missing string is empty.  Blank
/// lines are skipped; a row with too few fields has missing ones at its end.
///
/// The file is read twice, row by row: its size does not matter.
/// Throws, naming file and line: `bad_argument` for a row with too many fields,
/// a quote that is misplaced or never ends, a string of more than 65,535
/// bytes, more than 64 columns, what is no regular file, a delimiter that is a
/// quote or ends lines; `busy` if the file was changed meanwhile;
/// `not_found` and `system` for the file; and what `frame::create` throws.  No
/// table is left then.
/// If the process is killed inside: a table with a part of the rows.
[[nodiscard]] frame read_csv(const std::string& path,
                             const location& where = isolated,
                             const csv_options& options = {});

/// Writes the rows that there are, without their numbers.  Fields are quoted
/// where they must be; doubles have the fewest digits that give them back, NaN
/// is an empty field.
///
/// The file exists under its name when it is complete.  Throws `system`, and
/// `bad_argument` for the delimiter.
/// Concurrency: concurrent; rows are read one by one.  Of several who write a
/// file at once, the last to end has written it.
/// If the process is killed inside: `path` is as it was; a file beside it that
/// ends in ".new" may be left.
void write_csv(const frame& table, const std::string& path,
               const csv_options& options = {});

}  // namespace telar
