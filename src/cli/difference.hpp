// cli/difference.hpp: what one graph has that another has not.
//
// Vertices are compared by their keys, or by their numbers in graphs without;
// edges by their ends, as a multiset; what edges carry by its bytes.  The order of
// neighbours does not count.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/frozen.hpp"

namespace telar::cli {

/// Told of each difference.  Vertices are those of the graph that has them.
class difference_visitor {
 public:
  virtual ~difference_visitor() = default;
  virtual void vertex(bool added, vertex_id v) = 0;
  /// Payloads are null where edges carry none.
  virtual void edge(bool added, endpoints ends, const std::byte* payload) = 0;
  virtual void changed(endpoints ends, const std::byte* before,
                       const std::byte* after) = 0;
};

class difference {
 public:
  /// Throws `failure` (usage) if they cannot be compared.
  difference(detail::frozen& before, detail::frozen& after);

  /// Complexity: O(vertices + edges log(greatest degree)).
  void visit(difference_visitor& tell);

 private:
  /// An entry, by the common numbers of vertices, and a copy of its payload.
  struct entry {
    std::uint32_t target;
    vertex_id own_target;
    std::size_t payload;  ///< Offset in `bytes`.
  };
  struct side {
    explicit side(detail::frozen& graph) : from(graph) {}

    detail::frozen& from;
    std::vector<std::uint32_t> common;  ///< Of each vertex.
    std::vector<vertex_id> own;         ///< Of each common number, or none.
    std::vector<entry> entries;
    std::vector<std::byte> bytes;
  };

  void number_vertices();
  void collect(side& s, std::uint32_t u);
  void compare(std::uint32_t u, difference_visitor& tell);
  [[nodiscard]] int order(const entry& a, const side& in_a, const entry& b,
                          const side& in_b) const;
  [[nodiscard]] const std::byte* payload(const side& s, const entry& e) const;

  side before_;
  side after_;
  std::uint32_t payload_size_;
  std::uint32_t count_ = 0;  ///< Of common numbers.
};

}  // namespace telar::cli
