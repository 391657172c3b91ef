// cli/graph_flags.cpp: words of the command line to options of the library.
#include "cli/graph_flags.hpp"

#include <charconv>
#include <chrono>
#include <initializer_list>

#include "cli/exit_status.hpp"

namespace telar::cli {
namespace {

/// The value whose word this is.  CLI11 has refused all other words.
template <typename Enum>
Enum from_word(const std::string& word, std::initializer_list<Enum> values) {
  for (const Enum value : values) {
    if (to_string(value) == word) return value;
  }
  throw failure(exit_status::usage, "'" + word + "' is not known");
}

graph_kind kind_of(const std::string& word) {
  return from_word(word, {graph_kind::undirected, graph_kind::directed,
                          graph_kind::bidirectional});
}
key_kind keys_of(const std::string& word) {
  return from_word(word, {key_kind::none, key_kind::u64, key_kind::string});
}
parallel_edges parallel_of(const std::string& word) {
  return from_word(word, {parallel_edges::allow, parallel_edges::forbid});
}
payload_type weight_of(const std::string& word) {
  if (word == "f32") return payload_type::of<float>();
  if (word == "f64") return payload_type::of<double>();
  return payload_type::of<void>();
}

std::uint32_t mode_of(const std::string& word) {
  std::uint32_t mode = 0;
  const char* end = word.data() + word.size();
  const auto [stop, code] = std::from_chars(word.data(), end, mode, 8);
  if (code != std::errc{} || stop != end || mode > 0777) {
    throw failure(exit_status::usage,
                  "--mode: '" + word + "' is no octal mode such as 0640");
  }
  return mode;
}

CLI::Option* declare_word(CLI::App& command, const char* name,
                          std::string& word, const char* help,
                          std::initializer_list<const char*> words) {
  std::string list;
  for (const char* w : words)
    list += (list.empty() ? "" : "|") + std::string(w);
  return command.add_option(name, word, help)
      ->check(
          CLI::IsMember(std::vector<std::string>(words.begin(), words.end())))
      ->option_text(list + " [" + word + "]")
      ->group("The new graph");
}

void declare_size(CLI::App& command, const char* name, std::uint64_t& size,
                  const char* help) {
  command.add_option(name, size, help)
      ->transform(CLI::AsSizeValue(false))
      ->option_text("SIZE")
      ->group("The new graph");
}

}  // namespace

void graph_flags::declare(CLI::App& command, key_kind default_keys) {
  keys_ = to_string(default_keys);
  kind_option_ = declare_word(command, "--kind", kind_, "What an edge is",
                              {"undirected", "directed", "bidirectional"});
  weight_option_ = declare_word(command, "--weight", weight_,
                                "What an edge carries", {"none", "f32", "f64"});
  keys_option_ = declare_word(command, "--keys", keys_,
                              "What vertices are called: none is 0, 1, 2 …",
                              {"none", "u64", "string"});
  parallel_option_ = declare_word(
      command, "--parallel-edges", parallel_,
      "Whether there may be a second edge from u to v", {"allow", "forbid"});
  command
      .add_option("--changes", changes_,
                  "How many changes it remembers for `telar watch`, and others "
                  "who follow")
      ->option_text("NUMBER [0]")
      ->group("The new graph");
  declare_for_copy(command);
}

void graph_flags::declare_for_copy(CLI::App& command) {
  declare_size(command, "--reserve", reserve_,
               "Address space, the most that it can grow to: 64M, 2G … "
               "(256G, or what the system grants)");
  declare_size(command, "--limit", limit_, "The most memory to take");
  declare_mode(command);
}

void graph_flags::declare_mode(CLI::App& command) {
  command.add_option("--mode", mode_, "Permissions, in octal")
      ->option_text("MODE [0600]")
      ->group("The new graph");
}

std::uint32_t graph_flags::mode() const { return mode_of(mode_); }

clone_options graph_flags::copy_options() const {
  return {.reserve = reserve_,
          .limit = limit_,
          .mode = mode(),
          .wait = {},
          .progress = {}};
}

graph_options graph_flags::options() const {
  return {.kind = kind_of(kind_),
          .payload = weight_of(weight_),
          .parallel = parallel_of(parallel_),
          .keys = keys_of(keys_),
          .reserve = reserve_,
          .limit = limit_,
          .mode = mode_of(mode_),
          .changes = changes_,
          .wait = {}};
}

open_options graph_flags::expected() const {
  open_options expected;
  if (kind_option_->count()) expected.kind = kind_of(kind_);
  if (weight_option_->count()) expected.payload = weight_of(weight_);
  if (keys_option_->count()) expected.keys = keys_of(keys_);
  if (parallel_option_->count()) expected.parallel = parallel_of(parallel_);
  return expected;
}

void declare_name(CLI::App& command, std::string& name) {
  command.add_option("NAME", name, "The graph: a name, or a path with a /")
      ->required()
      ->option_text(" ");
}

void declare_wait(CLI::App& command, double& seconds) {
  command
      .add_option("--wait", seconds,
                  "How long to wait for a vertex that another process holds")
      ->check(CLI::Range(0.001, 1e6))
      ->option_text("SECONDS [10]");
}

wait_options wait_for(double seconds) {
  return {.limit = std::chrono::milliseconds(
              static_cast<std::int64_t>(seconds * 1000)),
          .stop = {}};
}

}  // namespace telar::cli
