// adjacency/vertex_edit.hpp: removing a vertex, and using its id again.
//
// A removal is marked first: from then on the vertex gets no edges.  Then it
// loses those that it has, each by a change of its own, and at last its id is put
// where removed ids wait for reuse (I15).  `slot::removing` names it meanwhile:
// if the remover dies, somebody else goes on (graph/removals.cpp).
#pragma once

#include <optional>

#include "adjacency/edit.hpp"

namespace telar::detail {

class vertex_editor : public edge_editor {
 public:
  using edge_editor::edge_editor;

  /// The mark.  `also`: one more word that changes with it, or null.  False: it
  /// is marked already.
  bool mark(vertex_id v, word64* also, std::uint64_t value);
  /// Removes the edges of a marked vertex, then completes its removal.
  void finish(vertex_id v);
  /// The same of one that has no edges.
  void complete(vertex_id v);
  /// Removes the edges of a vertex, of one list or of both.  If others insert
  /// edges meanwhile, these are removed, or not.
  void clear(vertex_id v, bool out, bool in);

  /// A removed vertex, isolated and without the mark; none: nothing can be used
  /// again as yet.
  std::optional<vertex_id> reuse();

 private:
  attempt try_mark(vertex_id v, word64* also, std::uint64_t value);
  attempt try_complete(vertex_id v);
  attempt try_reuse(std::optional<vertex_id>& which);
  /// Drops a directed list whole.
  attempt try_drop(vertex_id v);
  void remove_in_edges(vertex_id v);
};

}  // namespace telar::detail
