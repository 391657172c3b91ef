// The part of reading that is not inlined.
#include "adjacency/scan.hpp"
#include "error/raise.hpp"
#include "graph/core.hpp"
#include "participant/attachments.hpp"
#include "participant/pins.hpp"

namespace telar {

void graph::pin_slow() const {
  detail::slot& me = core_->who.mine();
  // It may be pinned already, if the thread used another graph in between: its
  // spans must not end by that.
  if (detail::get(me.pin) == 0) detail::pin_present(core_->memory, me);
}

void graph::refresh() const noexcept {
  // A thread that never attached holds nothing.
  if (auto* me = detail::find_attachment(reader_.core)) detail::unpin(*me);
}

std::uint64_t graph::edge_count() const { return core_->edge_count(); }

/// Answers for the source's end, as `neighbors(source)` does.  The other end
/// knows the edge, too, and may have fewer to look through; but its word is the
/// later store, so it is asked only while nobody holds its vertex.  Acquire, and
/// between the loads of the two words: whoever stored the first had locked both
/// vertices before (I7), so if the second is free again, its word is there.
std::optional<edge> graph::find_edge(vertex_id source, vertex_id target) const {
  const auto here = neighbors(source);
  (void)checked(target);
  std::optional<std::span<const vertex_id>> there;
  if (kind() != graph_kind::directed &&
      core_->memory.vertices()[target].owner.load(std::memory_order_acquire) ==
          0) {
    there = kind() == graph_kind::undirected ? neighbors(target)
                                             : in_neighbors(target);
  }
  return detail::first_edge(source, target, here, there);
}

void graph::fail_vertex(vertex_id v) const {
  detail::raise(errc::bad_argument, name() + " has no vertex " +
                                        std::to_string(v) + ": they are 0 to " +
                                        std::to_string(vertex_count()) +
                                        ", exclusive.  Add vertices first.");
}

void graph::fail_in_edges() const {
  detail::raise(errc::bad_argument,
                name() + " is " + std::string(to_string(kind())) +
                    ": only a bidirectional graph knows in-edges.");
}

void graph::fail_edge(const edge& e) const {
  detail::raise(errc::bad_argument,
                name() + ": vertex " + std::to_string(e.source) +
                    " has no entry " + std::to_string(e.position) + ".");
}

void graph::fail_payload(const payload_type& wanted) const {
  detail::raise(errc::bad_argument,
                name() + ": its edges carry " + payload().name + " (" +
                    std::to_string(payload().size) + " bytes), not " +
                    wanted.name + " (" + std::to_string(wanted.size) + ").");
}

}  // namespace telar
