// Reading a snapshot as copies are made of it.
#include "graph/frozen_snapshot.hpp"

#include <algorithm>
#include <unordered_map>

#include "graph/held_snapshot.hpp"

namespace telar::detail {

frozen_snapshot::frozen_snapshot(const snapshot& then)
    : then_(then),
      core_(*then.held_->graph),
      // Acquire: set before the first vertex is marked, so before our snapshot
      // of that.
      removals_(
          core_.memory.clocks().removals.load(std::memory_order_acquire) != 0) {
  what.kind = then.kind();
  what.payload = then.payload();
  what.parallel = then.parallel();
  what.keys = then.keys();
  vertices = then.vertex_count();
  if (removals_ && what.keys != key_kind::none) cut_before_second_keys();
  for (std::uint64_t i = 0; removals_ && i < vertices; ++i) {
    const auto v = static_cast<vertex_id>(i);
    if (was_marked(v) && !then_.is_removed(v)) dying_.push_back(v);
  }
}

/// Vertices are not counted at the very instant of the snapshot.  If somebody has
/// removed one since, and added its key again, the second vertex of the key is of
/// later, and so are all behind it: ids with keys are not used again.
void frozen_snapshot::cut_before_second_keys() {
  std::unordered_map<std::string_view, vertex_id> removed_since;
  for (std::uint64_t i = 0; i < vertices; ++i) {
    const auto v = static_cast<vertex_id>(i);
    const bool is_marked =
        (core_.memory.vertices()[v].epoch.load(std::memory_order_acquire) &
         removed_mark) != 0;
    if (is_marked && !was_marked(v)) removed_since.emplace(key_bytes(v), v);
  }
  for (std::uint64_t i = 0; !removed_since.empty() && i < vertices; ++i) {
    const auto v = static_cast<vertex_id>(i);
    if (was_marked(v)) continue;
    const auto first = removed_since.find(key_bytes(v));
    if (first != removed_since.end() && first->second < v) vertices = i;
  }
}

bool frozen_snapshot::was_marked(vertex_id v) const {
  return then_.removal_had_begun(v);
}

bool frozen_snapshot::is_removed(vertex_id v) const {
  return removals_ && was_marked(v);
}

std::string_view frozen_snapshot::key_bytes(vertex_id v) const {
  return core_.keys.of(v);
}

whole_list frozen_snapshot::list(vertex_id v, std::uint32_t list) {
  const std::uint64_t word = then_.word(v, list);
  if (degree_of(word) == 0) return {};
  const vertex_id* const block = then_.reader_.block(word);
  const whole_list all{
      {block, degree_of(word)},
      reinterpret_cast<const std::byte*>(block + capacity_of(degree_of(word)))};
  if (dying_.empty()) return all;
  if (std::ranges::binary_search(dying_, v)) return {};
  return without_dying(all);
}

whole_list frozen_snapshot::without_dying(const whole_list& all) {
  const std::uint32_t size = what.payload.size;
  targets_.clear();
  payloads_.clear();
  for (std::size_t i = 0; i < all.targets.size(); ++i) {
    if (std::ranges::binary_search(dying_, all.targets[i])) continue;
    targets_.push_back(all.targets[i]);
    const std::byte* const payload = all.payloads + i * size;
    payloads_.insert(payloads_.end(), payload, payload + size);
  }
  return {targets_, payloads_.data()};
}

}  // namespace telar::detail
