// benchmarks/support/command_line.hpp: how a benchmark begins and ends.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

namespace bench {

/// The option by which each of them writes its figures down.
inline void add_json(CLI::App& app, std::string& path) {
  app.add_option("--json", path, "write the figures to this file");
}

/// Parses, and runs.  What main returns: 0, or after a wrong option 2, after a
/// failure, which is told, 1.
template <typename Run>
int run_main(const char* name, CLI::App& app, int argc, char** argv,
             const Run& run) try {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return app.exit(stop) == 0 ? 0 : 2;
  }
  run();
  return 0;
} catch (const std::exception& failure) {
  fmt::print(stderr, "{}: {}\n", name, failure.what());
  return 1;
}

}  // namespace bench
