// What a graph says of itself.
#include <algorithm>

#include "graph/core.hpp"
#include "graph/uuid.hpp"

namespace telar {
namespace {

/// Committed memory less what is free to be cut: whole extents that nobody has
/// claimed, vertices to come, and the rests of arenas.
std::uint64_t bytes_used(const detail::core& c) {
  const detail::segment& memory = c.memory;
  const detail::clocks& bounds = memory.clocks();
  const std::uint64_t each = sizeof(detail::vertex_header) +
                             (memory.bidirectional() ? 8 : 0) +
                             (memory.keyed() ? 8 : 0);
  std::uint64_t sum =
      detail::slots_offset + c.who.slot_count() * sizeof(detail::slot) +
      detail::get(bounds.vertex_count) * each +
      detail::get(bounds.bucket_count) * 8 + memory.column_bytes();
  for (std::uint32_t i = 0; i < c.who.slot_count(); ++i) {
    const detail::slot& s = memory.slot(i);
    const auto left = [](const detail::word64& word) {
      return detail::arena::unpack(detail::get(word)).left * detail::unit;
    };
    const std::uint64_t claimed = detail::get(s.claimed) * detail::extent_bytes;
    sum += claimed - std::min(claimed, left(s.arena) + left(s.spare));
  }
  return sum;
}

}  // namespace

graph_info graph::info() const {
  const detail::superblock& what = core_->memory.what();
  graph_info all;
  all.name = name();
  all.placement = placement();
  all.kind = kind();
  all.payload = payload();
  all.parallel = parallel();
  all.keys = keys();
  all.vertices = vertex_count();
  all.edges = edge_count();
  all.bytes_used = bytes_used(*core_);
  all.bytes_committed = core_->memory.committed_bytes();
  all.bytes_reserved = what.reserve;
  all.bytes_limit = what.limit != 0 ? what.limit : what.reserve;
  all.creator_pid = what.creator_pid;
  all.created = what.created;
  all.uuid = detail::uuid_text(what.uuid);
  all.changes = what.changes == 0 ? 0 : what.changes - 1;
  all.last_change = detail::get(core_->memory.clocks().changes_head);
  all.participants = core_->who.list();
  return all;
}

std::uint64_t graph::recover() const { return core_->sweep(); }

}  // namespace telar
