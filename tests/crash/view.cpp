// tests/crash/view.cpp: a graph in words, to compare it.
#include <algorithm>
#include <cstring>

#include "crash/scenario.hpp"
#include "graph/core.hpp"

namespace telar::test {
namespace {

/// The payload of an entry, as a number.
std::uint64_t number_of(const std::byte* payload, std::uint32_t size) {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i + 8 <= size; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, payload + i, sizeof word);
    sum = sum * 31 + word;
  }
  return sum;
}

/// The entries of an adjacency; empty if there are none.
std::string describe(const graph& g, std::uint32_t list, vertex_id v,
                     bool sorted) {
  const detail::segment& memory = detail::core::of(g).memory;
  const std::uint64_t word = memory.word(list, v).load();
  const std::uint32_t degree = detail::degree_of(word);
  if (degree == 0) return "";
  const auto* targets = memory.unit_at<const vertex_id>(detail::block_of(word));
  const auto* payloads =
      reinterpret_cast<const std::byte*>(targets + detail::capacity_of(degree));
  const std::uint32_t size = g.payload().size;
  std::vector<std::string> entries;
  for (std::uint32_t i = 0; i < degree; ++i) {
    std::string one = std::to_string(targets[i]);
    if (size != 0) {
      one += '=' +
             std::to_string(number_of(payloads + std::size_t{i} * size, size));
    }
    entries.push_back(std::move(one));
  }
  if (sorted) std::sort(entries.begin(), entries.end());
  std::string text = list == 0 ? " to" : " from";
  for (const std::string& one : entries) text += ' ' + one;
  return text;
}

}  // namespace

std::string view_of(const graph& g, bool sorted) {
  const std::uint64_t count = g.vertex_count();
  std::vector<std::string> vertices;
  const bool bidirectional = g.kind() == graph_kind::bidirectional;
  const bool named = g.keys() == key_kind::string;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto v = static_cast<vertex_id>(i);
    std::string text;
    for (std::uint32_t list = 0; list <= bidirectional; ++list) {
      text += describe(g, list, v, sorted);
    }
    if (g.is_removed(v)) text += " removed";
    if (text.empty() && !named) continue;
    const std::string name =
        named ? std::string(g.key(v)) : "vertex " + std::to_string(v);
    vertices.push_back("; " + name + text);
  }
  if (sorted) std::sort(vertices.begin(), vertices.end());
  std::string text = std::to_string(count) + " vertices, " +
                     std::to_string(g.edge_count()) + " edges";
  for (const std::string& one : vertices) text += one;
  return text;
}

}  // namespace telar::test
