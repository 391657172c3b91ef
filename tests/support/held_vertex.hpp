// tests/support/held_vertex.hpp: a vertex locked as a writer locks it, from
// outside a change, so that a test can stop or kill the holder there.
#pragma once

#include "graph/core.hpp"

namespace telar::test {

/// Locks one or two vertices, as steps 1 to 3 of a change do, and never unlocks
/// unless told to.
class held_vertices {
 public:
  held_vertices(const graph& g, vertex_id first, vertex_id second)
      : core_(detail::core::of(g)),
        me_(core_.who.mine()),
        by_{core_.who, me_, core_.who.index_of(me_) + 1, core_.wait},
        ends_{std::min(first, second), std::max(first, second)} {
    detail::set(me_.intent.ends, std::uint64_t{second} << 32 | first);
    me_.intent.state.store(detail::pack_state(1, detail::phase_preparing));
    for (const vertex_id v : ends_) {
      if (v == ends_[1] && ends_[0] == ends_[1] && held_) break;
      detail::lock(by_, core_.memory.vertices()[v].owner, v);
      held_ = true;
    }
  }

  void release() {
    me_.intent.state.store(detail::phase_idle);
    for (const vertex_id v : ends_) {
      detail::unlock(core_.memory.vertices()[v].owner);
    }
  }

 private:
  detail::core& core_;
  detail::slot& me_;
  detail::locker by_;
  vertex_id ends_[2];
  bool held_ = false;
};

}  // namespace telar::test
