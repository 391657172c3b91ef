// Strings: bytes that are written once, and cells that refer to them (C5).
#include <algorithm>
#include <cstring>

#include "error/raise.hpp"
#include "frame/text.hpp"
#include "graph/core.hpp"

namespace telar::detail {
namespace {

std::atomic_ref<std::uint64_t> cell_of(const column_access& at,
                                       std::uint64_t row) {
  return std::atomic_ref<std::uint64_t>(
      reinterpret_cast<std::uint64_t*>(at.cells)[row]);
}

/// Bytes that belong to nobody but the caller.  Lock-free.
std::uint64_t claim(const column_access& at, std::uint64_t size) {
  segment& memory = at.keep->memory;
  word64& bound = at.entry->text_end;
  std::uint64_t seen = bound.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint64_t end = text_bytes(seen) + size;
    if (!is_text_end_of(seen, at.generation) ||
        !memory.grow_text(at.index, at.generation, (end + page - 1) / page)) {
      at.fail_dropped();
    }
    // Relaxed: the bytes are ordered by the cell that refers to them.
    if (bound.compare_exchange_weak(seen, seen + size,
                                    std::memory_order_relaxed)) {
      return text_bytes(seen);
    }
  }
}

}  // namespace

std::string_view text_of_cell(const column_access& at, std::uint64_t cell) {
  if (cell == 0) return {};
  const std::uint64_t offset = cell >> 16;
  const std::uint64_t length = cell & longest_text;
  const std::uint64_t there =
      std::min(value_of(at.entry->text.load(std::memory_order_acquire)) * page,
               at.keep->memory.geometry().text_bytes);
  if (offset + length > there) {
    raise(errc::corrupt,
          at.keep->memory.name() + ": a string lies outside its column (C5).");
  }
  return {
      reinterpret_cast<const char*>(at.keep->memory.text(at.index)) + offset,
      length};
}

std::string_view column_access::load_text(std::uint64_t row) const {
  if (!reaches(row) && !reach_to_read(row)) return {};
  // Acquire: pairs with the release below.
  return text_of_cell(*this,
                      cell_of(*this, row).load(std::memory_order_acquire));
}

void column_access::store_text(std::uint64_t row, std::string_view text) const {
  if (text.size() > longest_text) {
    raise(errc::bad_argument, keep->memory.name() +
                                  ": a string in a column has at most 65535 "
                                  "bytes, not " +
                                  std::to_string(text.size()) + ".");
  }
  if (!reaches(row)) reach(row);
  const auto cell = cell_of(*this, row);
  if (text.empty()) return cell.store(0, std::memory_order_release);
  if (text_of_cell(*this, cell.load(std::memory_order_acquire)) == text) return;
  const std::uint64_t offset = claim(*this, text.size());
  std::memcpy(keep->memory.text(index) + offset, text.data(), text.size());
  cell.store(offset << 16 | text.size(), std::memory_order_release);
}

}  // namespace telar::detail
