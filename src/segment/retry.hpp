// segment/retry.hpp: calls of the system that a signal has interrupted.
#pragma once

#include <cerrno>

namespace telar::detail {

/// Makes the call until it is not interrupted; `errno` says why it failed.
template <typename Call>
auto uninterrupted(const Call& call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace telar::detail
