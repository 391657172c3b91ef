// benchmarks/executor/settings.hpp: how much is measured.
#pragma once

#include <cstdint>

namespace bench {

struct settings {
  unsigned workers = 2;
  unsigned rounds = 5;
  std::uint64_t squares = 100'000;
  std::uint64_t slow_squares = 10'000;  ///< Of Python, one at a time.
  unsigned square_calls = 7;
  unsigned tiny_calls = 1'000;
  unsigned rested_calls = 100;
  unsigned slow_calls = 100;  ///< Of those that fork.
  unsigned graph_scale = 15;  ///< 16 * 2^15 edges.
  unsigned graph_calls = 1'000;
  std::uint64_t slow_edges = 20'000;  ///< Of Python, among threads.
  std::uint64_t proxy_edges = 1'000;  ///< Of Python, among processes.
  unsigned spins = 200;
  unsigned spin_calls = 3;

  /// Small enough for a test; its figures mean nothing.
  [[nodiscard]] static settings quick() {
    return {.rounds = 1,
            .squares = 2'000,
            .slow_squares = 200,
            .square_calls = 2,
            .tiny_calls = 20,
            .rested_calls = 5,
            .slow_calls = 5,
            .graph_scale = 8,
            .graph_calls = 20,
            .slow_edges = 200,
            .proxy_edges = 20,
            .spins = 10,
            .spin_calls = 1};
  }
};

}  // namespace bench
