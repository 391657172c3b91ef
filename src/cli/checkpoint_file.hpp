// cli/checkpoint_file.hpp: which arguments are checkpoints, and what is printed of
// them.
#pragma once

#include <optional>
#include <string>

#include <telar/checkpoint.hpp>

#include "cli/output.hpp"

namespace telar::cli {

/// Its path, if the argument is a checkpoint: the path of one, or, if there is no
/// graph of that name in shared memory, a file of this folder.
[[nodiscard]] std::optional<std::string> path_of_checkpoint(
    const std::string& name);

/// Says on standard error, if the graph has columns, that the copy has none, and
/// what can be done.
void warn_of_columns(const graph& g, const char* remedy);

void print_text(const checkpoint& saved);
[[nodiscard]] json to_json(const checkpoint& saved);

}  // namespace telar::cli
