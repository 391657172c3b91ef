// telar/detail/column_layout.hpp: every byte of a segment's columns, and who
// may write it when.  Not part of the API; it is installed because cells are
// read and written inline.
//
//   offset                content                              mapped
//   reserve               column_directory                     when first used
//   geometry::cells(i)    column i: a cell for each vertex     when it is met
//   geometry::text(i)     what the cells of strings refer to   when it is met
//
// All of it lies beyond the reserve of the graph: one without columns has no
// such bytes, and does not map them.  `clocks::columns` says that the directory
// is there.  A column's memory is committed in whole pages from its front,
// before `cells` (or `text`) is raised; cells that nobody has written are zero.
//
// A row is a vertex: there are vertex_count of them.  Memory follows when a
// cell is written, or a span taken, so adding a vertex costs nothing here; a
// cell beyond the committed pages reads as zero.
//
// A string's cell is {offset : 48, length : 16} into `text`, or 0: empty.  Its
// bytes are written first, the cell is stored after them (release).
//
// Invariants.  `frame::check()` tests those marked *.
//
//   C1* An entry's phase is free, building, ready or dropping.  Only the holder
//       of the directory's lock writes `state`, `type` and `name`; it leaves
//       free and ready entries, and dropping ones whose memory the system did
//       not take back.  Who gets the lock next releases all that are neither:
//       a column half made is undone, one half dropped is dropped.  A ready
//       entry that `replaces` another is the newer one: that one is dropped,
//       then the word is cleared.
//   C2* A ready entry has a known type and a name of 1 to 64 bytes, which no
//       other ready entry has but one that it replaces.
//   C3* The generation in `cells`, `text` and `text_end` of a free, building or
//       ready entry is that of its state.  It moves on when the column is
//       dropped, so what was known of the old one is known to be stale.
//   C4* Pages in `cells` and `text` are committed; within a generation they are
//       never fewer.  A free entry has none.
//   C5* A string lies before `text_end`, which lies in the pages of `text`.
//       Bytes before `text_end` never change.
//   C6* A cell of a bool is 0 or 1.
#pragma once

#include <telar/detail/layout.hpp>

namespace telar::detail {

inline constexpr unsigned max_columns = 64;
inline constexpr unsigned column_name_bytes = 64;

inline constexpr std::uint32_t column_free = 0;
inline constexpr std::uint32_t column_building = 1;
inline constexpr std::uint32_t column_ready = 2;
inline constexpr std::uint32_t column_dropping = 3;

/// What the words of an entry are: a generation, and something of it.
constexpr std::uint64_t pack_column(std::uint32_t generation,
                                    std::uint32_t value) {
  return std::uint64_t{generation} << 32 | value;
}
constexpr std::uint32_t generation_of(std::uint64_t word) {
  return static_cast<std::uint32_t>(word >> 32);
}
constexpr std::uint32_t value_of(std::uint64_t word) {
  return static_cast<std::uint32_t>(word);
}

/// A column, or room for one.  All zero: free, never used.
struct alignas(64) column_entry {
  word64 state;  ///< {generation, phase}.  (C1)
  word64 cells;  ///< {generation, pages committed}: CAS by whoever needs more.
  word64 text;   ///< The same, for the bytes of strings.
  word32 type;   ///< A `column_type`.
  std::uint32_t reserved;
  word64 order;     ///< Columns are listed by it: later ones have higher ones.
  word64 replaces;  ///< {generation, index + 1} of a column, or 0.  (C1)
  std::uint64_t unused;
  alignas(64) word64 name[column_name_bytes / 8];  ///< Then zeros.
  /// {generation : 24, bytes : 40}: CAS by whoever writes a string.
  alignas(64) word64 text_end;
};

inline constexpr unsigned text_end_bits = 40;

struct column_directory {
  /// Robust, shared, normal.  Held while a column is added or dropped.
  pthread_mutex_t lock;
  word32 holder;  ///< Process that holds it, for messages.
  std::uint32_t format;
  /// Counts columns that became ready: who finds none looks again if it moved.
  word64 changes;
  std::uint64_t reserved[9];
  column_entry entries[max_columns];
};

inline constexpr std::uint32_t column_format = 1;
inline constexpr std::uint64_t directory_bytes = 4 * page;

static_assert(sizeof(column_entry) == 192);
static_assert(sizeof(column_directory) <= directory_bytes);

}  // namespace telar::detail
