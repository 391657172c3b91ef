// tests/support/mirror.hpp: a graph in plain containers, rebuilt by a follower
// from what the feed of changes tells it, and compared with the graph.
//
// Payloads are none, or 64-bit numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <telar/changes.hpp>

namespace telar::test {

class mirror {
 public:
  /// An empty graph.
  explicit mirror(const graph& of);
  /// What a snapshot has.
  explicit mirror(const snapshot& start);

  /// Does the same.  Throws if that cannot be: its edge is not there, say.
  void apply(const change& c);

  /// Applies all that there is to be told now.  False: it fell behind.
  bool follow(change_feed& feed);

  /// The first difference from a graph at which nobody is at work, or from a
  /// snapshot, in words; empty: there is none.
  [[nodiscard]] std::string difference(const graph& g) const;
  [[nodiscard]] std::string difference(const snapshot& s) const;

  [[nodiscard]] std::uint64_t edges() const { return edges_; }

 private:
  struct entry {
    vertex_id other;
    std::uint64_t payload;
    friend bool operator==(const entry&, const entry&) = default;
  };
  using list = std::vector<entry>;
  struct vertex {
    list out;
    list in;
    bool removed = false;
    std::string key;
  };

  [[nodiscard]] vertex& at(vertex_id v) { return all_.at(v); }
  void add_vertices(const change& c);
  void add_edge(const change& c);
  /// The list at the other end of an edge.
  [[nodiscard]] list* far_list(const change& c);
  void remove_edge(const change& c);
  void set_payload(const change& c);
  template <typename Source>
  void load(const Source& from);
  template <typename Source>
  [[nodiscard]] std::string compare(const Source& with) const;

  graph_kind kind_;
  key_kind keys_;
  bool payloads_;
  std::vector<vertex> all_;
  std::uint64_t edges_ = 0;
};

/// What is wrong with a feed that remembers all: what it tells is not what the
/// graph is.  Requires: nobody is at work.
[[nodiscard]] std::string untold(const graph& g);

}  // namespace telar::test
