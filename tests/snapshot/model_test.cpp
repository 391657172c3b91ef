// Random changes, with snapshots taken on the way: all of them, and the graph,
// are compared with plain lists of edges.
#include <optional>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/snapshot.hpp>

#include "support/edge_list.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr int steps = 3'000;
#else
constexpr int steps = 15'000;
#endif

class changing_graph {
 public:
  changing_graph(const location& where, graph_kind kind, seeded_random& random)
      : shared_(graph::create(where, options(kind))),
        model_(kind),
        random_(random) {
    for (int i = 0; i < 30; ++i) model_.add_vertex(shared_.add_vertex());
  }

  void step() {
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2:
        return remove_edge();
      case 3:
        return set_payload();
      case 4:
        return take_snapshot();
      case 5:
        return give_back();
      case 6:
        return random_.below(50) == 0 ? replace_vertex() : clear_vertex();
      case 7:
        return overwrite_nothing();
      default:
        return add_edge();
    }
  }

  void look() {
    model_.require_equal(shared_);
    shared_.refresh();
    for (const auto& [then, what] : taken_) what.require_equal(then);
    REQUIRE(problems(shared_) == "");
  }

 private:
  static graph_options options(graph_kind kind) {
    graph_options made;
    made.kind = kind;
    made.payload = payload_type::of<std::uint64_t>();
    made.reserve = 256u << 20;
    return made;
  }

  vertex_id any_vertex() {
    const std::uint64_t bound = random_.below(2) ? 3 : shared_.vertex_count();
    return static_cast<vertex_id>(random_.below(bound));
  }
  endpoints any_ends() {
    if (model_.edges() == 0 || random_.below(2) == 0) {
      return {any_vertex(), any_vertex()};
    }
    return model_[random_.below(model_.edges())];
  }

  void add_edge() {
    const auto [u, v] = endpoints{any_vertex(), any_vertex()};
    if (model_.is_removed(u) || model_.is_removed(v)) return;
    const std::uint64_t payload = random_.below(1000);
    shared_.add_edge(u, v, payload);
    model_.add(u, v, payload);
  }
  void remove_edge() {
    const auto [u, v] = any_ends();
    REQUIRE(shared_.remove_edge(u, v) == model_.remove(u, v));
  }
  void set_payload() {
    const auto [u, v] = any_ends();
    const std::uint64_t payload = random_.below(1000);
    const auto found = shared_.find_edge(u, v);
    REQUIRE((found && shared_.set(*found, payload)) ==
            model_.set_first(u, v, payload));
  }
  /// In place, the value that is there: snapshots must not change.
  void overwrite_nothing() {
    const auto [u, v] = any_ends();
    const auto found = shared_.find_edge(u, v);
    if (!found) return;
    REQUIRE(shared_.set_unversioned(*found,
                                    shared_.payload<std::uint64_t>(*found)));
  }
  void take_snapshot() {
    if (taken_.size() < 5) taken_.emplace_back(shared_.snapshot(), model_);
  }
  void give_back() {
    if (taken_.empty() || random_.below(3) != 0) return;
    taken_.erase(taken_.begin() +
                 static_cast<std::ptrdiff_t>(random_.below(taken_.size())));
  }
  void clear_vertex() {
    if (random_.below(20) != 0) return;
    const vertex_id v = any_vertex();
    shared_.clear_vertex(v);
    model_.clear(v);
  }
  void replace_vertex() {
    const vertex_id v = any_vertex();
    REQUIRE(shared_.remove_vertex(v) != model_.is_removed(v));
    model_.remove_vertex(v);
    const vertex_id made = shared_.add_vertex();
    REQUIRE((made == model_.vertices() || model_.is_removed(made)));
    model_.add_vertex(made);
  }

  graph shared_;
  edge_list model_;
  std::vector<std::pair<snapshot, edge_list>> taken_;
  seeded_random& random_;
};

}  // namespace

TEST_CASE("a snapshot stays what the graph was, whatever is changed later",
          "[snapshot][model]") {
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::directed,
                             graph_kind::bidirectional);
  const auto placing =
      GENERATE(placement::anonymous, placement::isolated, placement::shared);
  const placed where(placing);
  CAPTURE(placing, to_string(kind));
  seeded_random random;
  changing_graph both(where, kind, random);
  for (int i = 0; i < steps; ++i) {
    both.step();
    if (i % 500 == 0) both.look();
  }
  both.look();
}
