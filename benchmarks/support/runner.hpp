// benchmarks/support/runner.hpp: contestants in turn, medians and ratios.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "contestant.hpp"

namespace bench {

/// One run of one contestant.
struct run {
  double seconds = 0;
  double cpu_share = 0;  ///< Of a core, of the worker that had the least.
  memory_use memory;
  std::uint64_t resident = 0;  ///< What its process's memory grew by.
};

/// All runs of one contestant.
struct record {
  const contestant* who = nullptr;
  std::vector<double> warm{};      ///< Edges/s, a value a round.
  std::vector<double> cold{};      ///< The same, nothing committed before.
  std::vector<double> to_touch{};  ///< warm / that of touch in the same round.
  std::vector<double> cpu_shares{};  ///< Of the warm runs.
  double bytes_used = 0;             ///< Per edge, in use.
  double bytes_committed = 0;        ///< Per edge, taken from the system, cold.
};

struct plan {
  unsigned repeats = 5;
  unsigned cold_repeats = 3;
};

[[nodiscard]] double median(std::vector<double> values);

/// Runs all contestants in turn, `repeats` times: what else the machine does
/// meanwhile then meets all of them.  Each run is in a process of its own, and
/// its result is verified: the number of edges, and the degree of each vertex.
/// Progress goes to stderr.  Throws std::runtime_error if a result is wrong.
[[nodiscard]] std::vector<record> run_all(const std::vector<contestant>& all,
                                          const rmat& input, plan how);

/// Prints a line each, and warns when the machine had other work to do.
void print(const std::vector<record>& records);
[[nodiscard]] nlohmann::json to_json(const std::vector<record>& records);

}  // namespace bench
