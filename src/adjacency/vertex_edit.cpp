// Vertices: marked, emptied, removed, used again.
#include "adjacency/vertex_edit.hpp"

#include "adjacency/scan.hpp"
#include "error/raise.hpp"
#include "participant/pins.hpp"

namespace telar::detail {

editor::attempt vertex_editor::try_mark(vertex_id v, word64* also,
                                        std::uint64_t value) {
  const held_ends ends(memory_, locker_, v, v);
  if (is_marked(v)) return attempt::refused;
  draft d = begin_draft(ends.epoch());
  keep_version(d, v);
  set_word(d, 0, 0, v, get(memory_.word(0, v)));
  d.next.lists |= 4;
  if (also) d.plan.store(*also, value);
  d.plan.store(me_.removing, std::uint64_t{v} + 1);
  d.told = told_vertices(change_kind::remove_vertex, v);
  return commit(d);
}

bool vertex_editor::mark(vertex_id v, word64* also, std::uint64_t value) {
  begin_change();
  // Before the mark: see require_target() in the append.
  memory_.clocks().removals.store(1, std::memory_order_seq_cst);
  attempt how{};
  do {
    how = try_mark(v, also, value);
  } while (again(how));
  return how != attempt::refused;
}

editor::attempt vertex_editor::try_complete(vertex_id v) {
  const held_ends ends(memory_, locker_, v, v);
  const bool ours = get(me_.removing) == std::uint64_t{v} + 1;
  const bool unfinished =
      is_marked(v) && get(memory_.word(0, v)) == 0 &&
      (!memory_.bidirectional() || get(memory_.in_words()[v]) == 0);
  if (!unfinished && !ours) return attempt::refused;
  draft d = begin_draft(ends.epoch());
  if (ours) d.plan.store(me_.removing, 0);
  // Not told: nothing changes but what the memory is used for.
  if (unfinished) {
    keep_version(d, v);
    set_word(d, 0, 0, v, removed_word);
    // The id of a vertex with a key is not used again.
    if (!memory_.keyed()) note(d, removed_class, v);
  }
  return commit(d);
}

editor::attempt vertex_editor::try_drop(vertex_id v) {
  const held_ends ends(memory_, locker_, v, v);
  const std::uint64_t word = word_of(0, v);
  if (word == 0) return attempt::refused;
  draft d = begin_draft(ends.epoch());
  keep_version(d, v);
  retire(d, class_of(degree_of(word)), block_of(word));
  set_word(d, 0, 0, v, 0);
  count(d, -std::int64_t{degree_of(word)});
  d.told = told_vertices(change_kind::clear_out_edges, v);
  return commit(d);
}

/// In a directed graph nobody else names the edges out of a vertex: they go in
/// one change.  Where both ends do, each goes by itself, with both held; the list
/// of `v` is copied for each, since what is inserted in between must not
/// overwrite entries that are being read, and no mark keeps insertions away as
/// that of a removal does.
void vertex_editor::clear(vertex_id v, bool out, bool in) {
  if (out && kind_ == graph_kind::directed) {
    begin_change();
    while (again(try_drop(v))) {
    }
  }
  while (out && remove_last(v, 0)) {
  }
  if (!in || kind_ == graph_kind::undirected) return;
  if (kind_ == graph_kind::directed) return remove_in_edges(v);
  while (remove_last(v, 1)) {
  }
}

void vertex_editor::finish(vertex_id v) {
  clear(v, true, true);
  complete(v);
}

void vertex_editor::complete(vertex_id v) {
  begin_change();
  while (again(try_complete(v))) {
  }
}

/// In a directed graph only the sources know of edges.
void vertex_editor::remove_in_edges(vertex_id v) {
  clocks& bounds = memory_.clocks();
  // A fence.  Whoever inserts an edge to `v` locks its source, then looks at the
  // mark: it sees the mark, or we see the lock below, and wait for it.
  bounds.removals.fetch_or(1, std::memory_order_seq_cst);
  const std::uint64_t count =
      bounds.vertex_count.load(std::memory_order_seq_cst);
  const auto names_v = [&](vertex_id u) {
    const std::uint64_t word =
        memory_.vertices()[u].word.load(std::memory_order_acquire);
    if (degree_of(word) == 0) return false;
    require_block(u, word);
    return position_of(targets(word), v) >= 0;
  };
  constexpr std::uint64_t vertices_a_pin = 1 << 12;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto u = static_cast<vertex_id>(i);
    if (i % vertices_a_pin == 0) pin_present(memory_, me_);
    if (memory_.vertices()[u].owner.load(std::memory_order_seq_cst) != 0) {
      const held_ends wait(memory_, locker_, u, u);
    }
    while (names_v(u)) {
      (void)remove(u, v);
      pin_present(memory_, me_);
    }
  }
  unpin(me_);
}

editor::attempt vertex_editor::try_reuse(std::optional<vertex_id>& which) {
  std::uint64_t waiting = 0;
  if (!block_plan(memory_, me_, space_.sizes())
           .take_entry(removed_class, waiting)) {
    return attempt::refused;
  }
  const auto v = static_cast<vertex_id>(waiting);
  if (waiting >= memory_.clocks().vertex_count.load()) {
    raise(errc::corrupt,
          memory_.name() + ": a list of removed vertices is damaged (I15).");
  }
  const held_ends ends(memory_, locker_, v, v);
  draft d = begin_draft(ends.epoch());
  (void)d.plan.take_entry(removed_class, waiting);
  keep_version(d, v);
  set_word(d, 0, 0, v, 0);
  d.next.lists = 0;
  d.told = told_vertices(change_kind::reuse_vertex, v);
  which = v;
  return commit(d);
}

std::optional<vertex_id> vertex_editor::reuse() {
  const queue& waiting = me_.queues[removed_class];
  if (get(waiting.head) == get(waiting.tail)) return std::nullopt;
  begin_change();
  // It is ready when no reader, and no snapshot, can have seen it otherwise.
  if (get(waiting.head) == get(waiting.ready)) {
    const inside_change now(me_);
    (void)(space_.advance(me_) && space_.advance(me_));
  }
  std::optional<vertex_id> which;
  while (again(try_reuse(which))) {
  }
  return which;
}

}  // namespace telar::detail
