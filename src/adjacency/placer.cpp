// Placing whole adjacencies.
#include "adjacency/placer.hpp"

#include <cstring>

namespace telar::detail {

editor::attempt placer::try_place(vertex_id v, std::uint32_t list,
                                  const whole_list& all) {
  const auto degree = static_cast<std::uint32_t>(all.targets.size());
  const held_ends ends(memory_, locker_, v, v);
  draft d = begin_draft(ends.epoch());
  const std::uint64_t block = take(d, class_of(degree));
  if (!d.enough) return attempt::short_of_memory;
  std::memcpy(memory_.unit_at(block), all.targets.data(),
              all.targets.size_bytes());
  if (payload_size_ != 0) {
    std::memcpy(payloads(block, degree), all.payloads,
                std::size_t{degree} * payload_size_);
  }
  set_word(d, 0, list, v, pack_word(block, degree));
  return commit(d);
}

void placer::place(vertex_id v, std::uint32_t list, const whole_list& all) {
  if (all.targets.empty()) return;
  begin_change();
  while (again(try_place(v, list, all))) {
  }
}

void placer::count_edges(std::uint64_t edges) {
  begin_change();
  const held_ends ends(memory_, locker_, 0, 0);
  draft d = begin_draft(ends.epoch());
  count(d, static_cast<std::int64_t>(edges));
  (void)commit(d);
}

}  // namespace telar::detail
