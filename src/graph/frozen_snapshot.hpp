// graph/frozen_snapshot.hpp: a snapshot to be copied.
//
// A vertex that was being removed when the snapshot was taken is removed here,
// and so are its edges: a copy has nobody who would go on with that.  Of two
// vertices that had the same key, one after the other, there is the first only.
#pragma once

#include <telar/snapshot.hpp>

#include <vector>

#include "graph/core.hpp"
#include "graph/frozen.hpp"

namespace telar::detail {

class frozen_snapshot : public frozen {
 public:
  /// Complexity: O(1), or O(vertices) if any vertex was ever removed.
  explicit frozen_snapshot(const snapshot& then);

  [[nodiscard]] whole_list list(vertex_id v, std::uint32_t list) override;
  [[nodiscard]] bool is_removed(vertex_id v) const override;
  [[nodiscard]] std::string_view key_bytes(vertex_id v) const override;
  /// Of the graph: 16 bytes.
  [[nodiscard]] const std::uint8_t* uuid() const {
    return core_.memory.what().uuid;
  }

 private:
  void cut_before_second_keys();
  [[nodiscard]] bool was_marked(vertex_id v) const;
  [[nodiscard]] whole_list without_dying(const whole_list& all);

  const snapshot& then_;
  const core& core_;
  bool removals_;                 ///< There may be removed vertices.
  std::vector<vertex_id> dying_;  ///< Ascending.
  std::vector<vertex_id> targets_;
  std::vector<std::byte> payloads_;
};

}  // namespace telar::detail
