// cli/command.hpp: the subcommands, one file each.
//
// Each `make_…` declares its arguments to CLI11 and returns what to do when
// they were given.  Nothing runs while arguments are parsed, so that a mistake
// in the last one leaves everything as it was.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/exit_status.hpp"

namespace telar::cli {

struct command {
  CLI::App* arguments;
  std::function<exit_status()> run;
};

[[nodiscard]] command make_create(CLI::App& telar);
[[nodiscard]] command make_ls(CLI::App& telar);
[[nodiscard]] command make_info(CLI::App& telar);
[[nodiscard]] command make_import(CLI::App& telar);
[[nodiscard]] command make_add(CLI::App& telar);
[[nodiscard]] command make_neighbors(CLI::App& telar);
[[nodiscard]] command make_watch(CLI::App& telar);
[[nodiscard]] command make_checkpoint(CLI::App& telar);
[[nodiscard]] command make_restore(CLI::App& telar);
[[nodiscard]] command make_clone(CLI::App& telar);
[[nodiscard]] command make_diff(CLI::App& telar);
[[nodiscard]] command make_doctor(CLI::App& telar);
[[nodiscard]] command make_rm(CLI::App& telar);
[[nodiscard]] command make_gc(CLI::App& telar);

}  // namespace telar::cli
