// adjacency/edit.hpp: changes of edges and vertices that are there: removal, and
// other payloads.  Each is one intent, as the append; a vertex is removed by many.
//
// An entry never changes, nor does its place in a block (I2).  So what changes is
// written into a new block: O(degree) of both ends.  The order of entries stays,
// so that the k-th entry u–v at u and the k-th v–u at v remain one edge (I4).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "adjacency/editor.hpp"

namespace telar::detail {

/// One edge by its entries in the one or two lists that name it.  An undirected
/// loop has two in one list.
struct edge_place {
  struct entry {
    vertex_id v = 0;
    std::uint32_t list = 0;
    std::uint32_t first = 0;  ///< Position.
    std::uint32_t count = 1;  ///< Of entries, one after the other.
  };
  entry entries[2];
  std::uint32_t count = 1;
  bool last = false;  ///< Known to be the last of its pair of ends.
};

class edge_editor : public editor {
 public:
  using editor::editor;

  /// Removes the first edge from `source` to `target`; false: there is none.
  /// Throws as `appender::append`.
  /// If the process is killed inside: the edge is whole, or absent.
  bool remove(vertex_id source, vertex_id target);
  /// Removes the edge at this position of the source's list; false: another
  /// edge is there, or none.
  bool remove(const edge& which);
  /// Gives an edge another payload, seen by no snapshot that there is.  False
  /// as above.
  bool set_payload(const edge& which, const void* payload);
  /// The same in place: snapshots see it, too.  Requires: a payload of 1, 2, 4
  /// or 8 bytes.  If the process is killed inside: it is at both ends, or not.
  bool set_unversioned(const edge& which, const void* payload);

  /// Removes the last edge that a list of `v` names; false: it has none.  Where
  /// the vertex is marked, nothing but the other end is copied.
  bool remove_last(vertex_id v, std::uint32_t list);

 protected:
  /// Where an edge is, with its ends held; none: it is not there.
  using finder = std::optional<edge_place> (edge_editor::*)(const edge&) const;
  using rewriter = attempt (edge_editor::*)(const edge_place&, const void*,
                                            std::uint32_t);

  bool repeat(const edge& which, finder find, rewriter rewrite,
              const void* payload);
  std::optional<edge_place> find_first(const edge& which) const;
  std::optional<edge_place> find_at(const edge& which) const;
  [[nodiscard]] edge_place place_at(vertex_id source, vertex_id target,
                                    std::uint32_t position) const;
  attempt erase(const edge_place& where, const void*, std::uint32_t epoch);
  attempt replace(const edge_place& where, const void* payload,
                  std::uint32_t epoch);
  attempt overwrite(const edge_place& where, const void* payload,
                    std::uint32_t epoch);
  attempt try_remove_last(vertex_id v, std::uint32_t list, bool& found);
  /// What the feed says of an edge that is there.
  [[nodiscard]] news told_of(const edge_place& where, change_kind kind,
                             const void* payload) const;
  void shorten(draft& d, std::uint32_t half, const edge_place::entry& e);

  [[nodiscard]] std::uint32_t other_list(std::uint32_t list) const {
    return kind_ == graph_kind::bidirectional ? 1 - list : 0;
  }
};

}  // namespace telar::detail
