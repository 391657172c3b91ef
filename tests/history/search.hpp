// tests/history/search.hpp: whether what was seen of one object, by several at
// once, can have happened in some order, one after the other.
//
// Wing and Gong's search ("Testing and verifying concurrent objects", J.
// Parallel Distrib. Comput. 1993) with Lowe's memory of what led nowhere
// ("Testing for linearizability", Concurrency Comput. Pract. Exp. 2017).
//
// A specification is a struct with
//   using state = …;      // has `std::string text() const`: equal states alike
//   using action = …;     // what was done, and how it ended
//   static bool step(state&, const action&);
// `step` does the action to the state; false: it cannot have ended like that.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <vector>

namespace telar::test {

/// An action, the moment before it was begun, and the moment after its end.
template <typename Action>
struct timed {
  std::uint64_t began;
  std::uint64_t ended;
  Action action;
};

template <typename Specification>
class search {
 public:
  using state = typename Specification::state;
  using event = timed<typename Specification::action>;

  search(std::vector<event> events, state initial)
      : events_(std::move(events)) {
    if (events_.size() > most) throw std::length_error("a history is too long");
    std::ranges::sort(events_, {}, &event::began);
    found_ = extend(initial, 0);
  }

  /// Whether there is an order that explains all.
  [[nodiscard]] bool found() const { return found_; }

 private:
  static constexpr std::size_t most = 128;

  /// Whether the rest can be explained from here.
  bool extend(const state& now, std::size_t explained) {
    if (explained == events_.size()) return true;
    if (!visited_.insert(done_.to_string() + now.text()).second) return false;
    std::uint64_t first_end = ~std::uint64_t{0};
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (!done_[i]) first_end = std::min(first_end, events_[i].ended);
    }
    // What began after another's end cannot have come before it.
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (done_[i]) continue;
      if (events_[i].began > first_end) break;
      state next = now;
      if (!Specification::step(next, events_[i].action)) continue;
      done_.set(i);
      if (extend(next, explained + 1)) return true;
      done_.reset(i);
    }
    return false;
  }

  std::vector<event> events_;
  std::bitset<most> done_;
  std::unordered_set<std::string> visited_;
  bool found_ = false;
};

}  // namespace telar::test
