// telar/bgl/snapshot.hpp: a graph as it was at one moment, as Boost.Graph reads
// it while others go on changing the graph.
#pragma once

#include <memory>
#include <utility>

#include <telar/bgl/functions.hpp>
#include <telar/bgl/properties.hpp>
#include <telar/bgl/view.hpp>
#include <telar/snapshot.hpp>

namespace telar::bgl {

/// A `view` that keeps the snapshot that it reads.
///
/// Nothing of it ever changes, so every algorithm can run on it, more than once,
/// with the same answer.  Cheap to copy: copies share one hold, which the last of
/// them gives back.  Its descriptors, iterators and property maps live as long.
/// Concurrency: concurrent.  A child of `fork` may use it as
/// telar/snapshot.hpp says.
template <graph_kind Kind, typename Payload = void>
class snapshot : public view<Kind, Payload, telar::snapshot> {
 public:
  using base = view<Kind, Payload, telar::snapshot>;

  /// A graph without vertices.
  snapshot() = default;
  /// Throws `incompatible` when the graph is of another kind or payload type.
  explicit snapshot(telar::snapshot taken)
      : snapshot(std::make_shared<const telar::snapshot>(std::move(taken))) {}
  /// Takes one of the graph that is viewed, with all its vertices.  Throws as
  /// `telar::graph::snapshot`.  Complexity: O(participants).
  explicit snapshot(const view<Kind, Payload, telar::graph>& g)
      : snapshot(g.has_handle() ? snapshot(g.handle().snapshot())
                                : snapshot()) {}
  // No moves: what was moved from would read what it does not keep.
  snapshot(const snapshot&) = default;
  snapshot& operator=(const snapshot&) = default;
  ~snapshot() = default;

 private:
  explicit snapshot(std::shared_ptr<const telar::snapshot> kept)
      : base(*kept), kept_(std::move(kept)) {}

  std::shared_ptr<const telar::snapshot> kept_;
};

}  // namespace telar::bgl

namespace boost {

template <telar::graph_kind K, typename P, typename Tag>
struct property_map<telar::bgl::snapshot<K, P>, Tag>
    : property_map<typename telar::bgl::snapshot<K, P>::base, Tag> {};

}  // namespace boost
