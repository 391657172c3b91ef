// telar/random/legacy_integers.hpp: the integers that numpy's older generator
// draws, for programs that must give the numbers of a script in Python again.
//
//   std::mt19937 engine(0);          // numpy.random.seed(0)
//   legacy_integers(engine, 15, 5);  // numpy.random.randint(15, size=5)
//
// std::mt19937(s) and numpy.random.RandomState(s) have the same state for every
// s below 2^32.  The engine is an argument: who shares one among threads locks
// it, and who forks with one repeats its numbers.  See telar/random.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace telar::random {

/// `count` integers in [0, bound), as numpy.random.randint(bound, size=count)
/// draws them: the low bits of a draw of 32 bits, as many as bound - 1 has, and
/// once more until they are less than the bound.  All results are equally
/// likely.  A bound of 1 draws nothing.  (Compared with numpy 1.24, whose older
/// generator is frozen; for its default type of integers.)
///
/// Throws `bad_argument` if `bound` is 0, and leaves the engine as it was.
/// Complexity: O(count); less than two draws each on average.
/// Concurrency: exclusive, for one engine.
[[nodiscard]] std::vector<std::uint32_t> legacy_integers(std::mt19937& engine,
                                                         std::uint32_t bound,
                                                         std::size_t count);

}  // namespace telar::random
