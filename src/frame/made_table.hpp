// frame/made_table.hpp: new tables, whole or not at all.
#pragma once

#include <telar/frame.hpp>

namespace telar::detail {

/// A new table, filled by `fill(table)`; nothing is left if that fails.
template <typename Fill>
frame made_table(const location& where, const Fill& fill) {
  frame table = frame::create(where);
  try {
    fill(table);
  } catch (...) {
    if (where.placement() <= placement::file) frame::remove(where);
    throw;
  }
  return table;
}

}  // namespace telar::detail
