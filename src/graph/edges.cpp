// Inserting edges.
#include <algorithm>

#include "error/raise.hpp"
#include "graph/core.hpp"

namespace telar {
namespace {

/// How many edges `add_edges` fetches memory for at a time: the headers of one
/// batch, then, when those have arrived, the tails that their words lead to.
/// Not edge by edge: each fetch waits until its address is translated, and those
/// that stand together wait together (at scale 20 some 1.2 times faster).
constexpr std::size_t batch_size = 16;

}  // namespace

std::uint64_t graph::insert(vertex_id source, vertex_id target,
                            const void* payload) {
  (void)checked(std::max(source, target));
  detail::core& c = *core_;
  detail::appender by(c.memory, c.who, c.space, c.wait);
  by.prefetch_headers(source, target);
  std::uint32_t position = 0;
  const bool added = by.append(source, target, payload, position);
  c.sweep_now_and_then(1);
  return (added ? inserted : 0) | position;
}

std::uint64_t graph::insert(std::span<const endpoints> edges,
                            const void* payloads) {
  detail::core& c = *core_;
  detail::appender by(c.memory, c.who, c.space, c.wait);
  const std::uint64_t bound = vertex_count();
  // Calls `fetch` for the edges of a batch; those that name no vertex wait for
  // their turn to be refused.
  const auto batch = [&](std::size_t begin, auto&& fetch) {
    const std::size_t end = std::min(begin + batch_size, edges.size());
    for (std::size_t i = begin; i < end; ++i) {
      const auto [source, target] = edges[i];
      if (std::max(source, target) < bound) fetch(source, target);
    }
  };
  const auto headers = [&](auto... ends) { by.prefetch_headers(ends...); };
  const auto tails = [&](auto... ends) { by.prefetch_tails(ends...); };
  const auto* payload = static_cast<const std::byte*>(payloads);
  std::uint64_t added = 0;
  std::uint32_t position = 0;
  batch(0, headers);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (i % batch_size == 0) {
      batch(i + batch_size, headers);
      batch(i, tails);
    }
    const auto [source, target] = edges[i];
    (void)checked(std::max(source, target));
    added += by.append(source, target, payload, position);
    if (payload) payload += reader_.payload_size;
  }
  c.sweep_now_and_then(edges.size());
  return added;
}

void graph::reserve(std::uint64_t vertices, std::uint64_t edges) {
  detail::segment& memory = core_->memory;
  memory.grow_vertices(vertices);
  // Two half-edges an edge; half of a block is empty at worst, and as much
  // again was smaller blocks before.
  const std::uint64_t halves = kind() == graph_kind::directed ? 1 : 2;
  const std::uint64_t each = sizeof(vertex_id) + reader_.payload_size;
  const std::uint64_t most = memory.geometry().max_extents;
  if (edges > most * detail::extent_bytes / (halves * each)) {
    memory.grow_extents(most + 1);  // Says why that cannot be.
  }
  const std::uint64_t bytes =
      edges * halves * each * 9 / 4 + vertices * 4 * each;
  memory.grow_extents(std::min(bytes / detail::extent_bytes + 16, most));
}

void graph::populate() const {
  (void)core_->who.mine();
  core_->memory.populate_all();
}

void graph::require_same_length(std::size_t edges, std::size_t payloads) {
  if (edges == payloads) return;
  detail::raise(errc::bad_argument, std::to_string(edges) + " edges, but " +
                                        std::to_string(payloads) +
                                        " payloads.");
}

}  // namespace telar
