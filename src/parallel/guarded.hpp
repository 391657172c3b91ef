// parallel/guarded.hpp: what the caller's own code throws during a call (its
// range, its callbacks, a codec) ends the call in an orderly way.
#pragma once

#include "parallel/conductor.hpp"

namespace telar::parallel::detail {

template <typename Action>
void conductor::guarded(const Action& action) {
  try {
    action();
  } catch (...) {
    if (!thrown_) thrown_ = std::current_exception();
    stop();
  }
}

}  // namespace telar::parallel::detail
