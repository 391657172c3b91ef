// The words for enumerators, and the reading of a location.
#include <telar/options.hpp>

#include "error/raise.hpp"

namespace telar {
namespace {

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 200) return false;
  if (text.front() == '.' || text.front() == '-') return false;
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

location::location(std::string_view name_or_path)
    : where_(name_or_path.find('/') == std::string_view::npos
                 ? telar::placement::shared
                 : telar::placement::file),
      name_(name_or_path) {
  if (name_.find('\0') != std::string::npos ||
      (where_ == telar::placement::shared && !is_name(name_))) {
    detail::raise(errc::bad_argument,
                  "\"" + name_ +
                      "\" is no name for a graph: 1 to 200 of A-Z a-z 0-9 . _ "
                      "-, not beginning with . or -.  (With a / it is the path "
                      "of a file.)");
  }
}

location::location(telar::placement where) : where_(where) {
  if (where != telar::placement::anonymous &&
      where != telar::placement::isolated) {
    detail::raise(errc::bad_argument,
                  "a shared or file placement needs a name or a path.");
  }
  name_ = "(" + std::string(to_string(where)) + ")";
}

std::string_view to_string(graph_kind kind) noexcept {
  switch (kind) {
    case graph_kind::undirected:
      return "undirected";
    case graph_kind::directed:
      return "directed";
    case graph_kind::bidirectional:
      return "bidirectional";
  }
  return "unknown";
}

std::string_view to_string(parallel_edges parallel) noexcept {
  return parallel == parallel_edges::allow ? "allow" : "forbid";
}

std::string_view to_string(key_kind keys) noexcept {
  switch (keys) {
    case key_kind::none:
      return "none";
    case key_kind::u64:
      return "u64";
    case key_kind::string:
      return "string";
  }
  return "unknown";
}

std::string_view to_string(change_kind kind) noexcept {
  switch (kind) {
    case change_kind::add_vertices:
      return "add_vertices";
    case change_kind::reuse_vertex:
      return "reuse_vertex";
    case change_kind::remove_vertex:
      return "remove_vertex";
    case change_kind::clear_out_edges:
      return "clear_out_edges";
    case change_kind::add_edge:
      return "add_edge";
    case change_kind::remove_edge:
      return "remove_edge";
    case change_kind::set_payload:
      return "set_payload";
  }
  return "unknown";
}

std::string_view to_string(placement where) noexcept {
  switch (where) {
    case placement::shared:
      return "shared";
    case placement::file:
      return "file";
    case placement::anonymous:
      return "anonymous";
    case placement::isolated:
      return "isolated";
  }
  return "unknown";
}

}  // namespace telar
