// telar/frame/arrow.hpp: tables for Arrow, and from it, by the Arrow C Data
// Interface: https://arrow.apache.org/docs/format/CDataInterface.html.  Two
// plain structs are all that both sides need; no Arrow library is used.
//
//   ArrowSchema schema;
//   ArrowArray array;
//   telar::export_arrow(table, schema, array);   // then hand both over
#pragma once

#include <cstdint>

#include <telar/frame.hpp>

// The ABI, with the guard that its specification prescribes: other headers of
// the program may define the same.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

}  // extern "C"

#endif  // ARROW_C_DATA_INTERFACE

namespace telar {

/// Describes the table as a struct array, a child for each column; the rows
/// that there are now.
///
/// Columns of numbers are not copied: what the consumer sees is the shared
/// memory itself, and what others write to it afterwards.  (Arrow's consumers
/// take arrays as immutable: stop writing, or export a `select`.)  Bools are
/// copied, since Arrow packs them into bits, and strings, since it wants their
/// bytes in one piece, as of the call.  Nothing is null.
///
/// Both structs are the caller's to release, by their callbacks, in any order
/// and any thread; until then the segment stays mapped.  A column must not be
/// dropped meanwhile.
/// Throws `no_space`, with neither struct written.
/// Complexity: O(columns), and the bytes of bools and strings.
/// Concurrency: concurrent.
void export_arrow(const frame& table, ArrowSchema& schema, ArrowArray& array);

/// Makes a table of a struct array.  Its cells are copied into the table's own
/// segment: the producer's memory is not shared with other processes.
///
/// Takes integers, floating point, bools, and strings (utf8 and large_utf8).
/// A null is NaN, an empty string, and makes a column of integers f64, as in
/// pandas.  Takes both structs and releases them, whatever happens.
/// Throws `bad_argument` (another type, naming the column; nulls among bools or
/// in the struct itself; a struct that was released) and what `frame::create`
/// and `add_column` throw; no table is left then.
/// Requires: the producer keeps to the interface; buffers cannot be verified.
[[nodiscard]] frame import_arrow(ArrowSchema& schema, ArrowArray& array,
                                 const location& where = isolated);

}  // namespace telar
