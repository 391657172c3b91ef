// A live graph of a checkpoint.
#include "checkpoint/frozen_checkpoint.hpp"
#include "graph/copy.hpp"

namespace telar {
namespace detail {

frozen_checkpoint::frozen_checkpoint(const checkpoint_file& file)
    : file_(file), lists_{file.lists(false), file.lists(true)} {
  const checkpoint_header& header = file.header();
  what.kind = static_cast<graph_kind>(header.kind);
  what.payload = file.payload();
  what.parallel = static_cast<parallel_edges>(header.parallel);
  what.keys = static_cast<key_kind>(header.keys);
  vertices = header.vertices;
}

/// Copied, then looked at once more: somebody may be changing the file since it
/// was verified, and a live graph trusts its entries.
whole_list frozen_checkpoint::list(vertex_id v, std::uint32_t list) {
  const mapped_lists& from = lists_[list];
  const std::uint64_t begin = from.offsets[v];
  const std::uint64_t end = from.offsets[v + std::uint64_t{1}];
  if (!from.holds(begin, end)) fail_changed();
  targets_.assign(from.targets + begin, from.targets + end);
  for (const vertex_id target : targets_) {
    if (target >= vertices) fail_changed();
  }
  return {targets_, from.payloads + begin * what.payload.size};
}

void frozen_checkpoint::fail_changed() const {
  file_.fail("it was changed while it was read.");
}

}  // namespace detail

graph checkpoint::restore(const location& where,
                          const clone_options& how) const {
  // Two calls with parts of their own, the first a third of the time or so.
  const auto tell = [&](std::uint64_t begin, std::uint64_t end,
                        std::uint64_t done, std::uint64_t of) {
    if (how.progress) {
      how.progress(of == 0 ? end : begin + (end - begin) * done / of, 3000);
    }
  };
  verify(
      [&](std::uint64_t done, std::uint64_t of) { tell(0, 1000, done, of); });
  detail::frozen_checkpoint from(*file_);
  clone_options rest = how;
  rest.progress = [&](std::uint64_t done, std::uint64_t of) {
    tell(1000, 3000, done, of);
  };
  return detail::copy(from, where, rest);
}

}  // namespace telar
