// The part of reaching a cell that is not inlined: memory, and what is wrong.
#include <telar/frame/column.hpp>

#include "error/raise.hpp"
#include "graph/core.hpp"

namespace telar::detail {
namespace {

[[noreturn]] void fail_row(const column_access& at, std::uint64_t row) {
  raise(errc::bad_argument, at.keep->memory.name() + " has no row " +
                                std::to_string(row) + ": they are 0 to " +
                                std::to_string(at.rows()) +
                                ", exclusive.  Append rows first.");
}

}  // namespace

void column_access::fail_dropped() const {
  raise(errc::not_found,
        keep->memory.name() + ": the column of this handle was dropped.");
}

void column_access::commit(std::uint64_t rows) const {
  const std::uint64_t pages =
      (rows + (std::uint64_t{1} << rows_a_page) - 1) >> rows_a_page;
  if (!keep->memory.grow_cells(index, generation, pages)) fail_dropped();
}

void column_access::reach(std::uint64_t row) const {
  if (row >= rows()) fail_row(*this, row);
  commit(row + 1);
}

bool column_access::reach_to_read(std::uint64_t row) const {
  if (row >= rows()) fail_row(*this, row);
  const std::uint64_t word = entry->cells.load(std::memory_order_acquire);
  if (generation_of(word) != generation) fail_dropped();
  return row < committed(word);
}

}  // namespace telar::detail
