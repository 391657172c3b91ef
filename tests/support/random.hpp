// tests/support/random.hpp: random numbers that a failed test can be given
// again: TELAR_SEED=… in the environment replays the seed that it printed.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include <catch2/catch.hpp>

namespace telar::test {

/// The seed from TELAR_SEED, or a new one.
inline std::uint64_t choose_seed() {
  if (const char* replayed = std::getenv("TELAR_SEED")) {
    return std::stoull(replayed);
  }
  return std::random_device{}();
}

/// A generator for one test case, which prints its seed if the test fails
/// during its life.  Make it in the thread of the test case.
class seeded_random {
 public:
  using result_type = std::mt19937_64::result_type;

  seeded_random()
      : seed_(choose_seed()),
        engine_(seed_),
        message_(Catch::MessageBuilder("INFO", CATCH_INTERNAL_LINEINFO,
                                       Catch::ResultWas::Info)
                 << "replay with TELAR_SEED=" << seed_) {}

  static constexpr result_type min() { return std::mt19937_64::min(); }
  static constexpr result_type max() { return std::mt19937_64::max(); }
  result_type operator()() { return engine_(); }

  /// A number in [0, bound).
  std::uint64_t below(std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(engine_);
  }

  [[nodiscard]] std::uint64_t seed() const { return seed_; }

  /// A generator for a worker: another sequence for each, the same each time.
  [[nodiscard]] std::mt19937_64 engine_for(int worker) const {
    std::seed_seq sequence{static_cast<std::uint64_t>(worker), seed_,
                           seed_ >> 32};
    return std::mt19937_64(sequence);
  }

 private:
  std::uint64_t seed_;
  std::mt19937_64 engine_;
  Catch::ScopedMessage message_;
};

}  // namespace telar::test
