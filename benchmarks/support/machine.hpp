// benchmarks/support/machine.hpp: what the numbers were measured on.
#pragma once

#include <nlohmann/json.hpp>

namespace bench {

/// Processor, cores, memory, kernel, compiler, build and load.
[[nodiscard]] nlohmann::json machine();

/// Prints it, and shouts on stderr when the build is not one to measure.
void print_machine(const nlohmann::json& machine);

}  // namespace bench
