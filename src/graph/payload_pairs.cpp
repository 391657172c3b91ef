// Pairing the entries of edges.
#include "graph/payload_pairs.hpp"

#include <algorithm>
#include <vector>

#include "error/raise.hpp"

namespace telar::detail {
namespace {

/// An entry, named by its ends in a fixed order, and where its payload is.
struct named_payload {
  std::uint64_t ends;
  std::byte* payload;
};

/// The entries at one end of the edges, in the order that pairs them.
std::vector<named_payload> payloads_at(const core& c, bool lower) {
  const auto kind = static_cast<graph_kind>(c.memory.what().kind);
  const std::uint32_t list = kind == graph_kind::undirected || lower ? 0 : 1;
  const std::uint64_t size = c.memory.what().payload_size;
  std::vector<named_payload> all;
  for (std::uint64_t i = 0; i < get(c.memory.clocks().vertex_count); ++i) {
    const auto v = static_cast<vertex_id>(i);
    const std::uint64_t word = get(c.memory.word(list, v));
    if (degree_of(word) == 0) continue;
    const auto* targets = c.memory.unit_at<const vertex_id>(block_of(word));
    std::byte* payload = c.memory.unit_at(block_of(word)) +
                         capacity_of(degree_of(word)) * sizeof(vertex_id);
    edge_ends at(kind, v, list);
    for (std::uint32_t k = 0; k < degree_of(word); ++k, payload += size) {
      const edge_end here = at.next(targets[k]);
      if (here.first == lower) all.push_back({here.ends, payload});
    }
  }
  // Stable: the k-th entry there is the k-th here (I4).
  std::ranges::stable_sort(all, {}, &named_payload::ends);
  return all;
}

}  // namespace

void make_payloads_agree(core& c) {
  const std::vector<named_payload> from = payloads_at(c, true);
  const std::vector<named_payload> to = payloads_at(c, false);
  if (!std::ranges::equal(from, to, {}, &named_payload::ends,
                          &named_payload::ends)) {
    raise(errc::corrupt, "some edges are at one of their ends only (I4).");
  }
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::memcpy(to[i].payload, from[i].payload, c.memory.what().payload_size);
  }
}

}  // namespace telar::detail
