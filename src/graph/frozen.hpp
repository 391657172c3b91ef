// graph/frozen.hpp: a graph that stands still, as copies are made of it: a
// snapshot, or a checkpoint.
#pragma once

#include <cstdint>
#include <string_view>

#include <telar/options.hpp>

#include "adjacency/placer.hpp"

namespace telar::detail {

class frozen {
 public:
  virtual ~frozen() = default;

  /// Its kind, payload, rule for parallel edges and sort of keys.
  graph_options what;
  std::uint64_t vertices = 0;

  [[nodiscard]] std::uint32_t lists() const {
    return what.kind == graph_kind::bidirectional ? 2 : 1;
  }

  /// A list of a vertex, 0 out or 1 in; it lives until the next call.
  [[nodiscard]] virtual whole_list list(vertex_id v, std::uint32_t list) = 0;
  /// Such a vertex has no edges, here or elsewhere.
  [[nodiscard]] virtual bool is_removed(vertex_id v) const = 0;
  /// The key of a vertex, also of a removed one; of a number, its 8 bytes.
  [[nodiscard]] virtual std::string_view key_bytes(vertex_id v) const = 0;
};

}  // namespace telar::detail
