// telar/random.hpp: random numbers that depend on the seed and the task alone.
//
//   telar::random::stream numbers(seed, task);
//   std::uniform_int_distribution<int> die(1, 6);
//   const int eyes = die(numbers);
//
// Give each task a stream of its own, keyed by the task's index, and the
// numbers are the same whoever runs the task: one thread or many, forked
// processes, a second attempt after the first worker died.
//
// The trap that this avoids: an engine made before a fork, a global one say, is
// copied with its state into every child.  All of them then draw the same
// numbers, and nothing tells.  Threads at one engine need a lock, and which of
// them gets which number is the schedule's choice.  So: no global engine, make
// the stream inside the task.
//
// The trap that is left: a distribution may keep numbers back
// (std::normal_distribution does).  Make it inside the task, too.
//
// The generator is Philox4x64-10 of Random123 (Salmon and others, "Parallel
// random numbers: as easy as 1, 2, 3", 2011).  It is not for cryptography.
// telar/random/legacy_integers.hpp has the numbers of numpy's older generator.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <type_traits>

namespace telar::random {

namespace detail {

/// What Philox is given to make one block.
struct place {
  std::array<std::uint64_t, 2> key;
  std::array<std::uint64_t, 4> counter;
};

/// Four draws.
using block = std::array<std::uint64_t, 4>;

/// The place of one block of a stream.  Each argument has a word of its own, so
/// that no two triples share a place.
constexpr place place_of(std::uint64_t seed, std::uint64_t task,
                         std::uint64_t index) noexcept {
  return {.key = {seed, 0}, .counter = {index, 0, task, 0}};
}

/// The block at a place: for each key, a bijection of the counter.
[[nodiscard]] block philox(const place& where) noexcept;

}  // namespace detail

/// The random numbers of one task: 64 bits a draw, all values equally likely.
///
/// A model of std::uniform_random_bit_generator, for the distributions of
/// <random>.  It is trivially copyable, 56 bytes: it can be kept in shared
/// memory, and a copy goes on with the same numbers as the original.
///
/// Why streams do not overlap: draw number d of a stream is word d mod 4 of the
/// block that Philox makes of the key {seed, 0} and the counter
/// {d / 4, 0, task, 0}.  Distinct (seed, task, d / 4) are distinct pairs of key
/// and counter, so no block is ever made twice, be it in one stream or in two.
/// For one key Philox is a bijection of the counter.  Blocks of one seed
/// therefore differ, whatever their tasks are, with certainty.  Those of two
/// seeds differ as independent 256-bit numbers do.  (One draw of 64 bits can
/// well equal another: that is chance, and must happen.)
///
/// Limits: 2^64 seeds; 2^64 tasks, 0 included, a seed; 2^64 draws, after which
/// the stream begins again.
///
/// The numbers of a (seed, task, draw) are the same on every machine and stay
/// so in all releases of one major version.  What <random>'s distributions make
/// of them is up to the standard library.  numpy.random.Philox(key=seed,
/// counter=((task << 128) - 1) % 2**256) draws the same numbers.
///
/// Concurrency: exclusive, for one object; copies have nothing in common.
/// Complexity: O(1) for every member; nothing allocates or throws.
class stream {
 public:
  using result_type = std::uint64_t;

  /// The stream of a task, at its first draw.
  stream(std::uint64_t seed, std::uint64_t task) noexcept
      : seed_(seed), task_(task) {}

  [[nodiscard]] static constexpr result_type min() noexcept { return 0; }
  [[nodiscard]] static constexpr result_type max() noexcept {
    return std::numeric_limits<result_type>::max();
  }

  /// Draws.
  result_type operator()() noexcept {
    const auto word = position_ % block_.size();
    if (word == 0) make_block();
    ++position_;
    return block_[word];
  }

  /// Passes over the next `count` draws: 2^64 - 1 of them is one step back.
  void discard(std::uint64_t count) noexcept { seek(position_ + count); }

  /// Makes draw number `position` the next one; the first is 0.
  void seek(std::uint64_t position) noexcept {
    position_ = position;
    if (position_ % block_.size() != 0) make_block();
  }

  /// The number of the next draw.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

  /// Whether both draw the same numbers from here on.
  friend bool operator==(const stream& a, const stream& b) noexcept {
    return a.seed_ == b.seed_ && a.task_ == b.task_ &&
           a.position_ == b.position_;
  }

 private:
  void make_block() noexcept {
    block_ = detail::philox(
        detail::place_of(seed_, task_, position_ / block_.size()));
  }

  std::uint64_t seed_;
  std::uint64_t task_;
  std::uint64_t position_ = 0;
  /// Holds the next draw unless that is the first of its block.
  detail::block block_{};
};

static_assert(std::uniform_random_bit_generator<stream>);
static_assert(std::is_trivially_copyable_v<stream>);
static_assert(std::is_standard_layout_v<stream> && sizeof(stream) == 56);

}  // namespace telar::random
