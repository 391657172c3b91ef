// checkpoint/frozen_checkpoint.hpp: a checkpoint as copies are made of it.
#pragma once

#include <vector>

#include "checkpoint/file.hpp"
#include "graph/frozen.hpp"

namespace telar::detail {

class frozen_checkpoint : public frozen {
 public:
  /// Requires: it was verified; the file outlives this.
  explicit frozen_checkpoint(const checkpoint_file& file);

  [[nodiscard]] whole_list list(vertex_id v, std::uint32_t list) override;
  [[nodiscard]] bool is_removed(vertex_id v) const override {
    return file_.is_removed(v);
  }
  [[nodiscard]] std::string_view key_bytes(vertex_id v) const override {
    return file_.key(v);
  }

 private:
  [[noreturn]] void fail_changed() const;

  const checkpoint_file& file_;
  mapped_lists lists_[2];
  std::vector<vertex_id> targets_;
};

}  // namespace telar::detail
