// graph/payload_pairs.hpp: the two ends of an edge carry the same payload (I4);
// in a copy of a graph that `set_unversioned` was changing, perhaps not yet.
#pragma once

#include <cstdint>
#include <cstring>

#include "adjacency/edge_ends.hpp"
#include "adjacency/placer.hpp"
#include "graph/core.hpp"
#include "keys/key.hpp"

namespace telar::detail {

/// Finds out, by a sum over the entries of which both ends' cancel, whether they
/// agree, without finding any edge's other end.
class payload_pairs {
 public:
  explicit payload_pairs(const graph_options& what)
      : kind_(what.kind), size_(what.payload.size) {
    // Larger ones, and those that are at one end only, always agree.
    const bool changeable =
        size_ == 1 || size_ == 2 || size_ == 4 || size_ == 8;
    counts_ = changeable && kind_ != graph_kind::directed;
  }

  void add(vertex_id v, std::uint32_t list, const whole_list& all) {
    if (!counts_) return;
    edge_ends at(kind_, v, list);
    for (std::size_t i = 0; i < all.targets.size(); ++i) {
      const edge_end here = at.next(all.targets[i]);
      std::uint64_t payload = 0;
      std::memcpy(&payload, all.payloads + i * size_, size_);
      const std::uint64_t name = mix(mix(here.ends) ^ payload);
      sum_ += here.first ? name : 0 - name;
    }
  }

  [[nodiscard]] bool agree() const { return sum_ == 0; }

 private:
  graph_kind kind_;
  std::uint32_t size_;
  bool counts_ = false;
  std::uint64_t sum_ = 0;
};

/// Gives each edge, at its higher end (or among the in-edges), the payload that
/// it has at the lower one.  Requires: nobody else has the graph.
/// Throws `corrupt` if an edge is at one of its ends only.
void make_payloads_agree(core& c);

}  // namespace telar::detail
