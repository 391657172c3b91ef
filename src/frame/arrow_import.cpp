// Copying Arrow's arrays into a table.
#include <limits>
#include <string_view>

#include <telar/frame/arrow.hpp>

#include "error/raise.hpp"
#include "frame/made_table.hpp"

namespace telar {
namespace {

/// Releases a struct that we were given.
template <typename Struct>
struct taken {
  Struct& it;
  ~taken() {
    if (it.release) it.release(&it);
  }
};

[[noreturn]] void fail(const std::string& what) {
  detail::raise(errc::bad_argument, "cannot import from Arrow: " + what);
}

bool bit(const void* bits, std::int64_t i) {
  return static_cast<const unsigned char*>(bits)[i / 8] >> (i % 8) & 1;
}

/// A column of the producer; rows count from its offset and the parent's.
struct source {
  const ArrowArray& array;
  std::string name;
  std::int64_t first;
  std::int64_t rows;

  [[nodiscard]] bool valid(std::int64_t row) const {
    const void* bits = array.buffers[0];
    return !bits || array.null_count == 0 || bit(bits, first + row);
  }
  [[nodiscard]] bool has_nulls() const {
    for (std::int64_t i = 0; i < rows; ++i) {
      if (!valid(i)) return true;
    }
    return false;
  }
  template <typename T>
  [[nodiscard]] T value(std::int64_t row) const {
    return static_cast<const T*>(array.buffers[1])[first + row];
  }
};

/// Numbers of type T in a column of Cell, NaN for nulls.
template <typename T, typename Cell>
void copy_numbers(frame& to, const source& from) {
  const auto cells = to.add_column<Cell>(from.name);
  for (std::int64_t i = 0; i < from.rows; ++i) {
    if (from.valid(i)) {
      cells.store(static_cast<std::uint64_t>(i),
                  static_cast<Cell>(from.value<T>(i)));
    } else if constexpr (std::is_floating_point_v<Cell>) {
      cells.store(static_cast<std::uint64_t>(i),
                  std::numeric_limits<Cell>::quiet_NaN());
    }
  }
}

template <typename T>
void copy(frame& to, const source& from) {
  if (std::is_integral_v<T> && from.has_nulls()) {
    return copy_numbers<T, double>(to, from);
  }
  copy_numbers<T, T>(to, from);
}

void copy_bools(frame& to, const source& from) {
  if (from.has_nulls()) {
    fail("column " + from.name + " holds bools of which some are null.");
  }
  const auto cells = to.add_column<bool>(from.name);
  for (std::int64_t i = 0; i < from.rows; ++i) {
    cells.store(static_cast<std::uint64_t>(i),
                bit(from.array.buffers[1], from.first + i));
  }
}

template <typename Offset>
void copy_strings(frame& to, const source& from) {
  const auto cells = to.add_column<std::string>(from.name);
  const auto* text = static_cast<const char*>(from.array.buffers[2]);
  for (std::int64_t i = 0; i < from.rows; ++i) {
    if (!from.valid(i)) continue;
    const auto begin = from.value<Offset>(i);
    const auto end = from.value<Offset>(i + 1);
    if (begin < 0 || end < begin) {
      fail("column " + from.name + " has offsets that go back.");
    }
    if (!text && end != begin) {
      fail("column " + from.name + " has no buffer for its bytes.");
    }
    cells.store(static_cast<std::uint64_t>(i),
                {text + begin, static_cast<std::size_t>(end - begin)});
  }
}

using copier = void (*)(frame&, const source&);

struct known_format {
  std::string_view format;
  copier copy_column;
  std::int64_t buffers;
};

constexpr known_format formats[] = {
    {"c", copy<std::int8_t>, 2},
    {"s", copy<std::int16_t>, 2},
    {"i", copy<std::int32_t>, 2},
    {"l", copy<std::int64_t>, 2},
    {"C", copy<std::uint8_t>, 2},
    {"S", copy<std::uint16_t>, 2},
    {"I", copy<std::uint32_t>, 2},
    {"L", copy<std::uint64_t>, 2},
    {"f", copy<float>, 2},
    {"g", copy<double>, 2},
    {"b", copy_bools, 2},
    {"u", copy_strings<std::int32_t>, 3},
    {"U", copy_strings<std::int64_t>, 3},
};

/// Those that are read; that they are as long as they should be is the
/// producer's word.
void require_cells(const source& from, std::int64_t buffers) {
  if (from.array.n_buffers != buffers || !from.array.buffers ||
      from.array.length < from.first - from.array.offset + from.rows) {
    fail("column " + from.name + " has too few buffers or rows.");
  }
  // The bytes of strings may be missing where all strings are empty.
  if (from.rows != 0 && !from.array.buffers[1]) {
    fail("column " + from.name + " has no buffer for its cells.");
  }
}

void copy_column(frame& to, const ArrowSchema& what, const source& from) {
  if (what.dictionary) {
    fail("column " + from.name + " is dictionary-encoded.  Decode it first.");
  }
  for (const known_format& known : formats) {
    if (known.format != what.format) continue;
    require_cells(from, known.buffers);
    return known.copy_column(to, from);
  }
  fail("column " + from.name + " has the format \"" + what.format +
       "\"; a table holds integers, floating point, bools and strings.");
}

/// Sums of two such are no overflow.
bool is_size(std::int64_t number) {
  return number >= 0 && number <= std::numeric_limits<std::int64_t>::max() / 4;
}

void require_children(const ArrowSchema& schema, const ArrowArray& array) {
  const bool none = schema.n_children == 0;
  if (schema.n_children != array.n_children || schema.n_children < 0 ||
      (!none && (!schema.children || !array.children))) {
    fail("its schema and its array do not belong together.");
  }
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema* what = schema.children[i];
    const ArrowArray* cells = array.children[i];
    if (!what || !cells || !what->release || !cells->release) {
      fail("column " + std::to_string(i) + " was released already.");
    }
    if (!what->format || !is_size(cells->length) || !is_size(cells->offset)) {
      fail("column " + std::to_string(i) +
           " has no format, or a negative length or offset.");
    }
  }
}

void require_struct(const ArrowSchema& schema, const ArrowArray& array) {
  if (!schema.release || !array.release) fail("it was released already.");
  const std::string_view format(schema.format ? schema.format : "");
  if (format != "+s") {
    fail("it has the format \"" + std::string(format) +
         "\", and is no struct array (\"+s\").");
  }
  if (!is_size(array.length) || !is_size(array.offset)) {
    fail("it has a negative length or offset.");
  }
  require_children(schema, array);
  const bool has_bits = array.n_buffers > 0 && array.buffers &&
                        array.buffers[0] && array.null_count != 0;
  for (std::int64_t i = 0; has_bits && i < array.length; ++i) {
    if (!bit(array.buffers[0], array.offset + i)) fail("some rows are null.");
  }
}

}  // namespace

frame import_arrow(ArrowSchema& schema, ArrowArray& array,
                   const location& where) {
  const taken<ArrowSchema> of_schema{schema};
  const taken<ArrowArray> of_array{array};
  require_struct(schema, array);
  return detail::made_table(where, [&](frame& table) {
    if (array.length != 0) {
      table.append_rows(static_cast<std::uint64_t>(array.length));
    }
    for (std::int64_t i = 0; i < array.n_children; ++i) {
      const ArrowSchema& what = *schema.children[i];
      const ArrowArray& cells = *array.children[i];
      copy_column(table, what,
                  {cells, what.name ? what.name : "",
                   cells.offset + array.offset, array.length});
    }
  });
}

}  // namespace telar
