// tests/chaos/lock_state.cpp: telling the state from the segment.
#include "chaos/lock_state.hpp"

#include "chaos/chaos.hpp"
#include "graph/core.hpp"
#include "support/process.hpp"

namespace telar::test {
namespace {

using namespace telar::detail;

/// Looks at an insertion of 0–1 by this thread from inside it.
class insertion_in_progress {
 public:
  explicit insertion_in_progress(graph& g)
      : memory_(core::of(g).memory),
        me_(core::of(g).who.mine()),
        mark_(core::of(g).who.index_of(me_) + 1),
        before_{degree(0), degree(1)} {}

  [[nodiscard]] bool is(lock_state state) const {
    switch (state) {
      case lock_state::idle:
        return false;
      case lock_state::refilling:
        return get(me_.want) != 0;
      case lock_state::first_held:
        return holds(0) && owner(1) == 0;
      case lock_state::waiting:
        return holds(0) && !holds(1) && (owner(1) & waiters) != 0;
      case lock_state::both_held:
        return in(phase_preparing, 0, 0);
      case lock_state::committed:
        return in(phase_committed, 0, 0);
      case lock_state::half_applied:
        return in(phase_committed, 1, 0);
      case lock_state::applied:
        return in(phase_committed, 1, 1);
      case lock_state::cleared:
        return in(phase_preparing, 1, 1);
    }
    return false;
  }

 private:
  [[nodiscard]] bool in(std::uint64_t phase, std::uint32_t at_0,
                        std::uint32_t at_1) const {
    return holds(0) && holds(1) && phase_of(get(me_.intent.state)) == phase &&
           degree(0) == before_[0] + at_0 && degree(1) == before_[1] + at_1;
  }
  [[nodiscard]] std::uint32_t owner(vertex_id v) const {
    return get(memory_.vertices()[v].owner);
  }
  [[nodiscard]] bool holds(vertex_id v) const {
    return (owner(v) & ~waiters) == mark_;
  }
  [[nodiscard]] std::uint32_t degree(vertex_id v) const {
    return degree_of(get(memory_.word(0, v)));
  }

  const segment& memory_;
  const slot& me_;
  std::uint32_t mark_;
  std::uint32_t before_[2];
};

}  // namespace

std::ostream& operator<<(std::ostream& out, lock_state state) {
  constexpr const char* words[] = {"idle",         "refilling", "first held",
                                   "waiting",      "both held", "committed",
                                   "half applied", "applied",   "cleared"};
  return out << words[static_cast<int>(state)];
}

void insert_and(graph& g, lock_state state, const std::function<void()>& then) {
  // With memory of its own it has no need to refill.
  if (state != lock_state::refilling) g.add_edge(2, 3);
  (void)g.neighbors(0);
  if (state == lock_state::idle) {
    then();
    g.add_edge(0, 1);
    return;
  }
  bool met = false;
  const insertion_in_progress now(g);
  const chaos::at_each_marker look([&] {
    if (met || !now.is(state)) return;
    met = true;
    then();
  });
  g.add_edge(0, 1);
  require(met, "the state was never met");
}

}  // namespace telar::test
