// graph/core.hpp: what a handle owns: the segment and the layers upon it.
#pragma once

#include <memory>

#include <telar/graph.hpp>

#include "adjacency/append.hpp"
#include "adjacency/blocks.hpp"
#include "keys/key_table.hpp"
#include "participant/participants.hpp"
#include "segment/segment.hpp"

namespace telar::detail {

class core {
 public:
  core(std::unique_ptr<segment> mapped, wait_options patience);

  /// What is behind a handle: for tests and tools of the project.
  [[nodiscard]] static core& of(const graph& handle) { return *handle.core_; }

  /// A handle's core, to be kept beyond it, and one more handle to a core.
  [[nodiscard]] static std::shared_ptr<core> shared(const graph& handle) {
    return handle.core_;
  }
  [[nodiscard]] static graph handle_to(std::shared_ptr<core> c) {
    return graph(std::move(c));
  }

  /// The addresses that inlined reads need.
  [[nodiscard]] detail::reader reader() const;
  [[nodiscard]] payload_type payload() const;
  [[nodiscard]] std::uint64_t edge_count() const;

  std::unique_ptr<segment> owned;
  segment& memory;
  participants who;
  blocks space;
  key_table keys;
  wait_options wait;
  payload_type payload_of_edges;
};

}  // namespace telar::detail
