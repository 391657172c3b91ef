// checkpoint/verifier.hpp: whether a checkpoint keeps what
// detail/checkpoint_format.hpp promises.
#pragma once

#include <vector>

#include "checkpoint/file.hpp"

namespace telar::detail {

class verifier {
 public:
  explicit verifier(const checkpoint_file& file, const progress_function& tell)
      : file_(file), what_(file.header()), tell_(tell) {}

  /// Throws `corrupt` naming the first thing that is wrong.
  void run();

 private:
  void check_sums();
  void check_padding() const;
  void check_lists();
  void check_list(vertex_id v, bool in, std::span<const vertex_id> all);
  void check_parallel(vertex_id v, std::span<const vertex_id> all);
  void check_removed();
  void check_keys() const;
  [[noreturn]] void fail_list(vertex_id v, const std::string& why) const;

  const checkpoint_file& file_;
  const checkpoint_header& what_;
  const progress_function& tell_;
  std::vector<bool> removed_;
  std::vector<vertex_id> last_source_;  ///< Of each target, plus one.
  /// Over the entries of which the edges' other entries are taken off again.
  std::uint64_t unpaired_ = 0;
  std::uint64_t seed_ = 0;
};

}  // namespace telar::detail
