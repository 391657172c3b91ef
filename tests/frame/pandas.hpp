// Comparing with pandas: the scripts of tests/frame/pandas.
#pragma once

#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/skip.hpp"

namespace telar::test {

/// Runs a script of tests/frame/pandas; what it printed if it failed.
inline std::string run_pandas(const char* script, const std::string& argument) {
  const auto path =
      std::filesystem::path(__FILE__).parent_path() / "pandas" / script;
  const std::string command = "PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 '" +
                              path.string() + "' '" + argument + "' 2>&1";
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  char piece[4096];
  for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, pipe)) != 0;) {
    output.append(piece, n);
  }
  const int status = ::pclose(pipe);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == skipped) {
    skip("python3-pandas is not installed");
  }
  return WEXITSTATUS(status) == 0 ? "" : output + "(it failed)";
}

}  // namespace telar::test
