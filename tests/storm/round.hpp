// tests/storm/round.hpp: a graph, those who work on it, and their deaths.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <telar/graph.hpp>

#include "storm/log.hpp"
#include "storm/weave.hpp"
#include "support/follower.hpp"
#include "support/process.hpp"
#include "support/segment_name.hpp"

namespace telar::test {

/// What rounds add up to.
struct storm_totals {
  std::uint64_t rounds = 0;
  std::uint64_t kills = 0;
  std::uint64_t kills_in_a_call = 0;
  std::uint64_t repairs = 0;  ///< The dead that a waiter found in its way.
  std::uint64_t redone = 0;   ///< Changes that were committed at their death.
  std::uint64_t acknowledged = 0;
  std::uint64_t removed = 0;
  std::uint64_t changed = 0;
  std::uint64_t reads = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t longest_ns = 0;  ///< That any call took.
};

class storm_round {
 public:
  explicit storm_round(std::mt19937_64 random);

  /// "5 writers of 2 threads, 1 reader, bidirectional, u64 keys".
  [[nodiscard]] std::string name() const;

  /// Kills workers at random moments, and replaces them at once, until so many
  /// have died, and then those who are left.  Throws unless everything holds.
  void run(std::uint64_t kills, storm_totals& sum);

 private:
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
    return random_() % bound;
  }
  void start(std::size_t worker);
  int work(std::size_t worker, std::uint64_t seed);
  void bury(std::size_t worker);
  void kill_all();
  void wait_for_progress(std::uint64_t tickets);
  void watch();
  void account(storm_totals& sum);
  void follow();

  std::mt19937_64 random_;
  weave what_;
  std::size_t writers_;
  int threads_;
  std::size_t readers_;
  std::optional<segment_name> name_;  ///< Whose graph each worker opens.
  graph g_;
  storm_log log_;
  std::vector<process> crew_;
  std::optional<follower> follower_;  ///< Rebuilds the graph beside them.
  std::uint64_t kills_ = 0;
  std::uint64_t kills_in_a_call_ = 0;
  std::uint64_t longest_ns_ = 0;
};

}  // namespace telar::test
