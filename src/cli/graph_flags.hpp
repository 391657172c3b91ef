// cli/graph_flags.hpp: the arguments that say what a new graph is, as `create`
// and `import` take them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include <telar/options.hpp>

namespace telar::cli {

class graph_flags {
 public:
  /// Declares `--kind`, `--weight`, `--keys`, `--parallel-edges`, `--changes`,
  /// `--reserve`, `--limit` and `--mode`.  The object must outlive the parsing.
  void declare(CLI::App& command, key_kind default_keys);

  /// Declares those only that a copy of another graph leaves open: `--reserve`,
  /// `--limit` and `--mode`.
  void declare_for_copy(CLI::App& command);
  [[nodiscard]] clone_options copy_options() const;

  /// Declares `--mode` only.
  void declare_mode(CLI::App& command);
  [[nodiscard]] std::uint32_t mode() const;

  /// The graph to be made.  Throws `failure` (usage) for a mode that is none.
  [[nodiscard]] graph_options options() const;

  /// What a graph that exists must be: only what the command line names.
  [[nodiscard]] open_options expected() const;

 private:
  std::string kind_ = "undirected";
  std::string weight_ = "none";
  std::string keys_;
  std::string parallel_ = "allow";
  std::string mode_ = "0600";
  std::uint64_t reserve_ = 0;
  std::uint64_t limit_ = 0;
  std::uint64_t changes_ = 0;
  CLI::Option* kind_option_ = nullptr;
  CLI::Option* weight_option_ = nullptr;
  CLI::Option* keys_option_ = nullptr;
  CLI::Option* parallel_option_ = nullptr;
};

/// Declares the argument NAME, a graph's name or path.
void declare_name(CLI::App& command, std::string& name);

/// Declares `--wait SECONDS`; the limit is in seconds.
void declare_wait(CLI::App& command, double& seconds);
[[nodiscard]] wait_options wait_for(double seconds);

}  // namespace telar::cli
