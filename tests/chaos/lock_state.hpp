// tests/chaos/lock_state.hpp: how far a participant has come with a change, and
// how to have something happen to it exactly there.
#pragma once

#include <functional>
#include <initializer_list>
#include <ostream>

#include <telar/graph.hpp>

namespace telar::test {

/// States of a thread that inserts an edge between vertices 0 and 1.
enum class lock_state {
  idle,          ///< Attached, reading, before the change.
  refilling,     ///< Claiming memory; holds no vertex.
  first_held,    ///< Holds 0.
  waiting,       ///< Holds 0, waits for 1, which somebody else holds.
  both_held,     ///< Not committed.
  committed,     ///< Nothing applied.
  half_applied,  ///< The edge is at 0, not yet at 1.
  applied,       ///< The intent still says committed.
  cleared,       ///< Nothing is left to be done, both vertices still held.
};

inline constexpr std::initializer_list<lock_state> all_lock_states{
    lock_state::idle,         lock_state::refilling, lock_state::first_held,
    lock_state::waiting,      lock_state::both_held, lock_state::committed,
    lock_state::half_applied, lock_state::applied,   lock_state::cleared};

std::ostream& operator<<(std::ostream& out, lock_state state);

/// Whether the thread holds vertex 0 then.
[[nodiscard]] inline bool holds_a_vertex(lock_state state) {
  return state >= lock_state::first_held;
}
/// Whether the edge will be there if the thread never runs again.
[[nodiscard]] inline bool is_decided(lock_state state) {
  return state >= lock_state::committed;
}

/// Inserts 0–1 from a thread that is new to the graph, and on the way, in this
/// state, does `then`, once.  The graph has no payload, and nobody has written
/// to 0 and 1 since this began.  Throws if the state was not met.
void insert_and(graph& g, lock_state state, const std::function<void()>& then);

}  // namespace telar::test
