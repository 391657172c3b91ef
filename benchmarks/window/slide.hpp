// benchmarks/window/slide.hpp: two processes that pass a window over a graph's
// edges, and the memory that it takes.
#pragma once

#include <cstdint>
#include <vector>

#include "support/rmat.hpp"

namespace bench {

/// How many windows are passed, the first included.
inline constexpr std::uint64_t windows = 11;

enum class part {
  own_half,  ///< Each process inserts and removes half of the edges.
  own_kind,  ///< One inserts all, the other removes them.
};

struct sample {
  std::uint64_t used;       ///< Bytes.
  std::uint64_t committed;  ///< Bytes.
};

/// Edges inside at once.
[[nodiscard]] std::uint64_t window_of(const rmat& input);

/// Samples, twenty a window.  Throws std::runtime_error if the graph is not what
/// it should be at the end.
[[nodiscard]] std::vector<sample> slide(const rmat& input, part whose);

}  // namespace bench
