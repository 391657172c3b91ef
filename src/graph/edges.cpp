// Inserting edges.
#include <algorithm>

#include "error/raise.hpp"
#include "graph/core.hpp"

namespace telar {
namespace {

/// How far ahead `add_edges` fetches: headers first, then, when those have
/// arrived, the tails that their words lead to.
constexpr std::size_t headers_ahead = 32;
constexpr std::size_t tails_ahead = 16;

/// One in so many changes looks for the dead, so that what they left half done
/// is found even if nobody touches those vertices.
constexpr std::uint64_t changes_per_sweep = 1 << 14;

void sweep_now_and_then(detail::core& c, const detail::slot& me,
                        std::uint64_t changes) {
  const std::uint64_t now = detail::get(me.operations);
  if (now / changes_per_sweep != (now - changes) / changes_per_sweep)
      [[unlikely]] {
    try {
      c.who.sweep();
    } catch (const error&) {
      // Another's slot is damaged: this edge is in, and check() will tell.
    }
  }
}

}  // namespace

std::uint64_t graph::insert(vertex_id source, vertex_id target,
                            const void* payload) {
  (void)checked(std::max(source, target));
  detail::core& c = *core_;
  detail::appender by(c.memory, c.who, c.space, c.wait);
  by.prefetch_headers(source, target);
  std::uint32_t position = 0;
  const bool added = by.append(source, target, payload, position);
  sweep_now_and_then(c, c.who.mine(), 1);
  return (added ? inserted : 0) | position;
}

std::uint64_t graph::insert(std::span<const endpoints> edges,
                            const void* payloads) {
  detail::core& c = *core_;
  detail::appender by(c.memory, c.who, c.space, c.wait);
  const std::uint64_t bound = vertex_count();
  const auto* payload = static_cast<const std::byte*>(payloads);
  std::uint64_t added = 0;
  std::uint32_t position = 0;
  // Edges up to here were looked at, and name vertices; fetched, too.
  std::size_t sound = 0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    for (; sound < edges.size() && sound <= i + headers_ahead; ++sound) {
      const auto [source, target] = edges[sound];
      if (std::max(source, target) >= bound) break;
      by.prefetch_headers(source, target);
    }
    if (i + tails_ahead < sound) {
      const auto [source, target] = edges[i + tails_ahead];
      by.prefetch_tails(source, target);
    }
    const auto [source, target] = edges[i];
    if (i >= sound) (void)checked(std::max(source, target));
    added += by.append(source, target, payload, position);
    if (payload) payload += reader_.payload_size;
  }
  sweep_now_and_then(c, c.who.mine(), edges.size());
  return added;
}

void graph::reserve(std::uint64_t vertices, std::uint64_t edges) {
  detail::segment& memory = core_->memory;
  memory.grow_vertices(vertices);
  // Two half-edges an edge; half of a block is empty at worst, and as much
  // again was smaller blocks before.
  const std::uint64_t halves = kind() == graph_kind::directed ? 1 : 2;
  const std::uint64_t each = sizeof(vertex_id) + reader_.payload_size;
  const std::uint64_t bytes =
      edges * halves * each * 9 / 4 + vertices * 4 * each;
  memory.grow_extents(std::min(bytes / detail::extent_bytes + 16,
                               memory.geometry().max_extents));
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
