// Joining the layers.
#include "graph/core.hpp"

namespace telar::detail {

core::core(std::unique_ptr<segment> mapped, wait_options patience)
    : owned(std::move(mapped)),
      memory(*owned),
      who(memory,
          [this](slot& dead) {
            if (memory.keyed()) keys.finish(dead);
          }),
      space(memory, who),
      register_of_snapshots(memory, who),
      keys(memory, who, space, wait),
      wait(std::move(patience)),
      payload_of_edges(payload()) {}

payload_type core::payload() const {
  const superblock& what = memory.what();
  return {what.payload_size, what.payload_alignment, what.payload_name};
}

reader core::reader() const {
  detail::reader made;
  made.vertices = memory.vertices();
  made.in_words = memory.bidirectional() ? memory.in_words() : nullptr;
  made.origin = memory.origin();
  made.vertex_count = &memory.clocks().vertex_count;
  made.core = who.serial();
  made.first_unit = memory.geometry().first_unit();
  made.unit_count = memory.geometry().unit_count();
  made.payload_fingerprint = fingerprint(payload_of_edges);
  made.payload_size = payload_of_edges.size;
  made.kind = static_cast<graph_kind>(memory.what().kind);
  return made;
}

std::uint64_t core::edge_count() const {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < who.slot_count(); ++i) {
    sum += get(memory.slot(i).edges);
  }
  return sum;
}

[[noreturn]] void fail_corrupt_word(std::uint64_t word) {
  throw error(errc::corrupt,
              "an adjacency leads outside the segment (I1): block " +
                  std::to_string(block_of(word)) + ", degree " +
                  std::to_string(degree_of(word)) + ".");
}

}  // namespace telar::detail
