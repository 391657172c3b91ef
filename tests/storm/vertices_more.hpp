// tests/storm/vertices_more.hpp: what became of the vertices that a round adds
// by tickets of their own.
#pragma once

#include <cstdint>
#include <vector>

#include <telar/graph.hpp>

#include "storm/verdict.hpp"
#include "storm/weave.hpp"

namespace telar::test {

/// Those of numbers from `weave::vertices()` on.
class vertices_more {
 public:
  vertices_more(const graph& g, const weave& what)
      : g_(g), what_(what), tickets_(g.vertex_count(), nobody) {}

  [[nodiscard]] bool has(vertex_id number) const {
    return number >= what_.vertices();
  }
  /// What the log says of a ticket.
  void read(std::uint64_t ticket, std::uint32_t state);
  /// Throws unless each is there that was acknowledged, once and with its edges,
  /// and none that was removed, or that nobody began.
  void settle(verdict& found) const;

 private:
  static constexpr std::uint64_t nobody = ~std::uint64_t{0};

  void require_edges(vertex_id v, std::uint64_t ticket) const;

  const graph& g_;
  const weave& what_;
  std::vector<std::uint64_t> tickets_;  ///< Of those that must be there, by id.
  std::uint64_t removed_ = 0;
  std::uint64_t in_flight_ = 0;
};

}  // namespace telar::test
