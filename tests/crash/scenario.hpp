// tests/crash/scenario.hpp: what is killed: one call of one participant, in a
// graph that somebody has prepared for it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <telar/graph.hpp>

namespace telar::test {

struct scenario {
  /// "killed while it …".
  std::string name;
  graph_options options{};
  /// Prepares the graph, before anybody else is there.
  std::function<void(graph&)> before{};
  /// The victim's own preparations; it attaches by them.  Null: it attaches by
  /// its call.
  std::function<void(graph&)> earlier{};
  /// The call; or, to know what is there if it is killed between its parts,
  /// the first of them: at least one.
  std::function<void(std::optional<graph>&, std::size_t parts)> call;
  /// 0: nobody else can see whether the call was made.
  std::size_t parts = 1;
  /// What others do next, so that they meet what it left.
  std::function<void(graph&)> next;
  /// Whether the first of them attaches only then, in the victim's place.
  bool newcomer = false;
  /// Whether that is several changes: then the heir is not killed in it.
  bool next_is_many = false;
  /// Whether somebody holds spans of all adjacencies meanwhile.
  bool reader = false;
  /// Whether there is memory for one call only: then others make theirs when
  /// the victim is dead.
  bool last_memory = false;
  /// Whether there is no place for one more participant.
  bool crowded = false;
  /// A vertex that somebody else holds, until the victim waits for it.
  std::optional<vertex_id> held{};
  /// What there is to see besides the graph, and what is wrong with it.
  std::function<std::string(const graph&)> shows{};
  std::function<std::string(const graph&)> wrong{};
};

[[nodiscard]] std::vector<scenario> all_scenarios();
/// Some of them: removals of edges, and of vertices with theirs, changes beside
/// snapshots, and new keys.
[[nodiscard]] std::vector<scenario> removal_scenarios();
[[nodiscard]] std::vector<scenario> vertex_removals();
[[nodiscard]] std::vector<scenario> snapshot_scenarios();
[[nodiscard]] std::vector<scenario> key_scenarios();
/// And those that are told to a feed.
[[nodiscard]] std::vector<scenario> feed_scenarios();
/// Those on tables.
[[nodiscard]] std::vector<scenario> frame_scenarios();

/// All that a user sees of a graph, in words.  `sorted`: but for the order in
/// which things came.
[[nodiscard]] std::string view_of(const graph& g, bool sorted = false);

}  // namespace telar::test
