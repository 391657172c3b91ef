// tests/crash/view.cpp: a graph in words, to compare it.
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

void describe(const graph& g, std::uint32_t list, vertex_id v,
              std::string& text) {
  const detail::segment& memory = detail::core::of(g).memory;
  const std::uint64_t word = memory.word(list, v).load();
  const std::uint32_t degree = detail::degree_of(word);
  if (degree == 0) return;
  text += "; " + std::to_string(v) + (list == 0 ? " to" : " from");
  const auto* targets = memory.unit_at<const vertex_id>(detail::block_of(word));
  const auto* payloads =
      reinterpret_cast<const std::byte*>(targets + detail::capacity_of(degree));
  const std::uint32_t size = g.payload().size;
  for (std::uint32_t i = 0; i < degree; ++i) {
    text += ' ' + std::to_string(targets[i]);
    if (size == 0) continue;
    text +=
        '=' + std::to_string(number_of(payloads + std::size_t{i} * size, size));
  }
}

}  // namespace

std::string view_of(const graph& g) {
  const std::uint64_t count = g.vertex_count();
  std::string text = std::to_string(count) + " vertices, " +
                     std::to_string(g.edge_count()) + " edges";
  const bool bidirectional = g.kind() == graph_kind::bidirectional;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto v = static_cast<vertex_id>(i);
    if (g.keys() == key_kind::string) text += "; " + std::string(g.key(v));
    for (std::uint32_t list = 0; list <= bidirectional; ++list) {
      describe(g, list, v, text);
    }
  }
  return text;
}

}  // namespace telar::test
