// benchmarks/support/report.hpp: what benchmarks do with their figures.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bench {

/// The value that a share of all is not above, of values in ascending order.
[[nodiscard]] double percentile(const std::vector<double>& sorted,
                                double share);

/// Writes a report.  Throws std::runtime_error if that fails.
void write(const std::string& path, const nlohmann::json& report);

}  // namespace bench
