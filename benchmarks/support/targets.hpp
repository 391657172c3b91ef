// benchmarks/support/targets.hpp: what insertion is meant to reach, and did.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "runner.hpp"

namespace bench {

/// Each target as {"target", "least" or "most", "found", "reached"}; those
/// whose contestants did not run are left out.
[[nodiscard]] nlohmann::json targets(const std::vector<record>& records);

void print_targets(const nlohmann::json& targets);

}  // namespace bench
