// A live graph of a checkpoint.
#include <vector>

#include "checkpoint/file.hpp"
#include "graph/copy.hpp"

namespace telar {
namespace detail {
namespace {

class frozen_checkpoint : public frozen {
 public:
  /// Requires: it was verified.
  explicit frozen_checkpoint(const checkpoint_file& file)
      : file_(file), lists_{file.lists(false), file.lists(true)} {
    const checkpoint_header& header = file.header();
    what.kind = static_cast<graph_kind>(header.kind);
    what.payload = file.payload();
    what.parallel = static_cast<parallel_edges>(header.parallel);
    what.keys = static_cast<key_kind>(header.keys);
    vertices = header.vertices;
  }

  /// Copied, then looked at once more: somebody may be changing the file since
  /// it was verified, and a live graph trusts its entries.
  [[nodiscard]] whole_list list(vertex_id v, std::uint32_t list) override {
    const mapped_lists& from = lists_[list];
    const std::uint64_t begin = from.offsets[v];
    const std::uint64_t end = from.offsets[v + std::uint64_t{1}];
    if (begin > end || end > from.entries || end - begin > max_degree) {
      fail_changed();
    }
    targets_.assign(from.targets + begin, from.targets + end);
    for (const vertex_id target : targets_) {
      if (target >= vertices) fail_changed();
    }
    return {targets_, from.payloads + begin * what.payload.size};
  }
  [[nodiscard]] bool is_removed(vertex_id v) const override {
    return file_.is_removed(v);
  }
  [[nodiscard]] std::string_view key_bytes(vertex_id v) const override {
    return file_.key(v);
  }

 private:
  [[noreturn]] void fail_changed() const {
    file_.fail("it was changed while it was read.");
  }

  const checkpoint_file& file_;
  mapped_lists lists_[2];
  std::vector<vertex_id> targets_;
};

}  // namespace
}  // namespace detail

graph checkpoint::restore(const location& where,
                          const clone_options& how) const {
  // A third of the time, or so.
  verify([&](std::uint64_t done, std::uint64_t of) {
    if (how.progress) how.progress(done / 3, of);
  });
  detail::frozen_checkpoint from(*file_);
  clone_options rest = how;
  if (how.progress) {
    rest.progress = [&](std::uint64_t done, std::uint64_t of) {
      how.progress(of + 2 * done, 3 * of);
    };
  }
  return detail::copy(from, where, rest);
}

}  // namespace telar
