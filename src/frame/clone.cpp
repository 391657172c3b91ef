// Copying a graph with its columns.
#include <telar/frame.hpp>
#include <telar/snapshot.hpp>

#include "frame/cells.hpp"
#include "frame/directory.hpp"
#include "graph/copy.hpp"
#include "graph/frozen_snapshot.hpp"

namespace telar {
namespace {

/// The rows that the copy has: others may have appended some since.
void copy_column(const column_ref& from, frame& into) {
  detail::with_column(from.access(), [&]<typename T>(const column<T>& cells) {
    const auto made = into.add_column<T>(from.name());
    for (std::uint64_t i = 0; i < into.rows(); ++i) {
      const T value(cells.load(i));
      if (value != T{}) made.store(i, value);  // fresh memory is zero
    }
  });
}

}  // namespace

frame frame::clone(const location& where, const clone_options& how) const {
  const snapshot then = graph_.snapshot();
  detail::frozen_snapshot from(then);
  return frame(detail::copy(from, where, how, [&](const graph& made) {
    frame copy(made);
    for (const column_info& one : columns()) {
      copy_column((*this)[one.name], copy);
    }
  }));
}

}  // namespace telar
