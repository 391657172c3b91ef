// cli/vertex_name.cpp: keys and numbers to vertices and back.
#include "cli/vertex_name.hpp"

#include <fmt/format.h>

#include "cli/exit_status.hpp"
#include "cli/numbers.hpp"

namespace telar::cli {
namespace {

[[noreturn]] void fail_unknown(const graph& g, std::string_view name) {
  throw failure(exit_status::not_found,
                fmt::format("{}: there is no vertex {}", g.name(), name));
}

std::uint64_t number_of(const graph& g, std::string_view name) {
  if (const auto number = parse_id(name)) return *number;
  throw failure(exit_status::usage,
                fmt::format("{}: vertices are called by 64-bit numbers, which "
                            "'{}' is not",
                            g.name(), name));
}

}  // namespace

vertex_id find_vertex(const graph& g, std::string_view name) {
  std::optional<vertex_id> found;
  if (g.keys() == key_kind::string) {
    found = g.find(name);
  } else if (const std::uint64_t number = number_of(g, name);
             g.keys() == key_kind::u64) {
    found = g.find(number);
  } else if (number < g.vertex_count()) {
    found = static_cast<vertex_id>(number);
  }
  if (!found) fail_unknown(g, name);
  return *found;
}

vertex_id find_or_add_vertex(graph& g, std::string_view name, bool grow) {
  if (g.keys() == key_kind::string) return g.vertex(name);
  const std::uint64_t number = number_of(g, name);
  if (g.keys() == key_kind::u64) return g.vertex(number);
  if (number >= no_vertex || (!grow && number >= g.vertex_count())) {
    fail_unknown(g, name);
  }
  g.grow_to(number + 1);
  return static_cast<vertex_id>(number);
}

json name_as_json(const graph& g, vertex_id v) {
  switch (g.keys()) {
    case key_kind::string:
      return g.key(v);
    case key_kind::u64:
      return g.key_number(v);
    case key_kind::none:
      break;
  }
  return v;
}

std::string name_as_text(const graph& g, vertex_id v) {
  switch (g.keys()) {
    case key_kind::string:
      return std::string(g.key(v));
    case key_kind::u64:
      return std::to_string(g.key_number(v));
    case key_kind::none:
      break;
  }
  return std::to_string(v);
}

}  // namespace telar::cli
