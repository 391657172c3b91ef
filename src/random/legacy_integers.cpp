// random/legacy_integers.cpp: masks and rejects, as numpy does.
#include <bit>

#include <telar/random/legacy_integers.hpp>

#include "error/raise.hpp"

namespace telar::random {

std::vector<std::uint32_t> legacy_integers(std::mt19937& engine,
                                           std::uint32_t bound,
                                           std::size_t count) {
  if (bound == 0) {
    telar::detail::raise(errc::bad_argument,
                         "there is no integer below 0: give legacy_integers a "
                         "bound of at least 1");
  }
  std::vector<std::uint32_t> drawn(count);
  const std::uint32_t largest = bound - 1;
  if (largest == 0) return drawn;  // numpy leaves the engine alone, too
  const std::uint32_t mask = ~0u >> std::countl_zero(largest);
  for (std::uint32_t& number : drawn) {
    do {
      number = static_cast<std::uint32_t>(engine()) & mask;
    } while (number > largest);
  }
  return drawn;
}

}  // namespace telar::random
