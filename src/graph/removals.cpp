// Removing edges and vertices, and changing payloads.
#include <algorithm>

#include "adjacency/vertex_edit.hpp"
#include "error/raise.hpp"
#include "graph/core.hpp"

namespace telar {
namespace {

detail::vertex_editor editor_of(detail::core& c) {
  return {c.memory, c.who, c.space, c.wait};
}

}  // namespace

bool graph::remove_edge(vertex_id source, vertex_id target) {
  (void)checked(std::max(source, target));
  const bool done = editor_of(*core_).remove(source, target);
  core_->sweep_now_and_then(1);
  return done;
}

bool graph::remove_edge(const edge& which) {
  (void)checked(std::max(which.source, which.target));
  const bool done = editor_of(*core_).remove(which);
  core_->sweep_now_and_then(1);
  return done;
}

std::uint64_t graph::remove_edges(std::span<const endpoints> edges) {
  auto by = editor_of(*core_);
  std::uint64_t removed = 0;
  for (const auto [source, target] : edges) {
    (void)checked(std::max(source, target));
    removed += by.remove(source, target);
  }
  core_->sweep_now_and_then(edges.size());
  return removed;
}

bool graph::replace_payload(const edge& which, const void* payload) {
  (void)checked(std::max(which.source, which.target));
  const bool done = editor_of(*core_).set_payload(which, payload);
  core_->sweep_now_and_then(1);
  return done;
}

bool graph::overwrite_payload(const edge& which, const void* payload) {
  (void)checked(std::max(which.source, which.target));
  const bool done = editor_of(*core_).set_unversioned(which, payload);
  core_->sweep_now_and_then(1);
  return done;
}

void graph::clear(vertex_id v, bool out, bool in) {
  editor_of(*core_).clear(checked(v), out, in);
}

bool graph::remove_vertex(vertex_id v) {
  detail::core& c = *core_;
  (void)checked(v);
  auto by = editor_of(c);
  // One that was given up, after a wait that took too long.
  if (const std::uint64_t before = detail::get(c.who.mine().removing)) {
    by.finish(static_cast<vertex_id>(before - 1));
  }
  std::uint64_t removed = 0;
  detail::word64* const key =
      c.memory.keyed() ? &c.keys.removal_word(v, removed) : nullptr;
  if (!by.mark(v, key, removed)) return false;
  by.finish(v);
  return true;
}

bool graph::is_removed(vertex_id v) const {
  // Acquire: pairs with apply().
  return (reader_.vertices[checked(v)].epoch.load(std::memory_order_acquire) &
          detail::removed_mark) != 0;
}

namespace detail {

std::uint64_t core::sweep() {
  const std::uint64_t recovered = who.sweep();
  finish_what_the_dead_began();
  return recovered;
}

void core::finish_what_the_dead_began() {
  register_of_snapshots.sweep();
  if (get(memory.clocks().removals) == 0) return;
  for (std::uint32_t i = 0; i < who.slot_count(); ++i) {
    word64& removing = memory.slot(i).removing;
    if (get(removing) == 0) continue;
    // By one at a time, as the remover was: whoever came late would empty a
    // vertex whose id is in use again.
    (void)who.try_recover_and(i, [&] {
      const std::uint64_t left = get(removing);
      if (left == 0 || left > memory.clocks().vertex_count.load()) return;
      vertex_editor(memory, who, space, wait)
          .finish(static_cast<vertex_id>(left - 1));
      removing.store(0, std::memory_order_release);
    });
  }
}

void core::sweep_beside_changes(slot& me) {
  try {
    {
      const inside_change busy(me);
      who.sweep(false);
    }
    finish_what_the_dead_began();
  } catch (const std::exception&) {
    // Another's slot is damaged, or the heap is used up: this change is made.
    // check() will tell.
  }
}

}  // namespace detail
}  // namespace telar
