// cli/checkpoint_file.cpp: telling and describing checkpoints.
#include "cli/checkpoint_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <telar/detail/column_layout.hpp>

#include "checkpoint/header.hpp"
#include "graph/core.hpp"
#include "segment/backing.hpp"

namespace telar::cli {

std::optional<std::string> path_of_checkpoint(const std::string& name) {
  std::error_code ignored;
  if (name.find('/') == std::string::npos &&
      std::filesystem::exists(detail::path_of(location(name)), ignored)) {
    return std::nullopt;
  }
  if (!std::filesystem::is_regular_file(name, ignored)) return std::nullopt;
  char first[sizeof detail::checkpoint_magic] = {};
  std::ifstream(name, std::ios::binary).read(first, sizeof first);
  if (!detail::has_checkpoint_magic(first)) return std::nullopt;
  return name;
}

void warn_of_columns(const graph& g, const char* remedy) {
  const auto* const all = detail::core::of(g).memory.columns();
  if (!all) return;
  const auto ready = std::ranges::count_if(all->entries, [](const auto& entry) {
    return detail::value_of(detail::get(entry.state)) == detail::column_ready;
  });
  if (ready == 0) return;
  complain(fmt::format("{} has {} {}, which the copy does not get; {}",
                       g.name(), ready, ready == 1 ? "column" : "columns",
                       remedy));
}

void print_text(const checkpoint& saved) {
  fmt::print("name        {} (checkpoint)\n", saved.name());
  fmt::print(
      "kind        {}, parallel edges {}\n", to_string(saved.kind()),
      saved.parallel() == parallel_edges::allow ? "allowed" : "forbidden");
  fmt::print("keys        {}\n", to_string(saved.keys()));
  fmt::print("weight      {}\n", saved.payload().name);
  fmt::print("vertices    {}\n", saved.vertex_count());
  if (saved.removed_count() != 0) {
    fmt::print("removed     {} of them\n", saved.removed_count());
  }
  fmt::print("edges       {}\n", saved.edge_count());
  fmt::print("size        {}\n", size_text(saved.file_bytes()));
  fmt::print("written     {} ago, as snapshot {} of the graph\n",
             age_text(saved.created()), saved.epoch());
  fmt::print("uuid        {}\n", saved.uuid());
}

json to_json(const checkpoint& saved) {
  return {{"name", saved.name()},
          {"placement", "checkpoint"},
          {"kind", to_string(saved.kind())},
          {"weight", saved.payload().name},
          {"weight_bytes", saved.payload().size},
          {"keys", to_string(saved.keys())},
          {"parallel_edges", to_string(saved.parallel())},
          {"vertices", saved.vertex_count()},
          {"removed", saved.removed_count()},
          {"edges", saved.edge_count()},
          {"bytes", saved.file_bytes()},
          {"created", saved.created()},
          {"epoch", saved.epoch()},
          {"uuid", saved.uuid()}};
}

}  // namespace telar::cli
