// tests/bgl/changes_test.cpp: what Boost.Graph's calls remove and put is gone and
// there afterwards, as in `adjacency_list`.
#include <algorithm>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "bgl/kinds.hpp"
#include "support/problems.hpp"

namespace {

using namespace telar::test;
using telar::graph_kind;
using telar::vertex_id;

/// Changes one graph twice in the same way.
template <typename Kind>
class changing_twins {
 public:
  static constexpr bool both_ways = Kind::kind != graph_kind::directed;

  changing_twins(seeded_random& random)
      : random_(random), both_(12, random_edges(random, 12)) {}

  void step() {
    const vertex_id u = any_vertex();
    const vertex_id v = any_vertex();
    auto& [ours, theirs] = both_;
    switch (random_.below(10)) {
      case 0:
        remove_edge(u, v, ours);
        return remove_edge(u, v, theirs);
      case 1:
        if constexpr (Kind::kind != graph_kind::undirected) {
          clear_out_edges(v, ours);
          clear_out_edges(v, theirs);
        }
        clear_vertex(u, ours);
        return clear_vertex(u, theirs);
      case 2:
        remove_out_edge_if(u, light(ours), ours);
        return remove_out_edge_if(u, light(theirs), theirs);
      case 3:
        return remove_into(u);
      case 4:
        if (random_.below(4) != 0) return;
        remove_edge_if(light(ours), ours);
        return remove_edge_if(light(theirs), theirs);
      case 5:
        return remove_one(u);
      case 6:
        return put_one(u);
      default:
        add_edge(u, v, new_weight(), ours);
        add_edge(u, v, weight_, theirs);
    }
  }

  void require_same() {
    const auto& [ours, theirs] = both_;
    REQUIRE(num_edges(ours) == num_edges(theirs));
    REQUIRE(all_edges(ours) == all_edges(theirs));
    for (vertex_id v = 0; v < num_vertices(theirs); ++v) {
      REQUIRE(described(ours, out_edges(v, ours)) ==
              described(theirs, out_edges(v, theirs)));
      if constexpr (both_ways) {
        REQUIRE(described(ours, in_edges(v, ours)) ==
                described(theirs, in_edges(v, theirs)));
      }
    }
  }

  [[nodiscard]] auto& ours() { return both_.ours; }

 private:
  vertex_id any_vertex() { return static_cast<vertex_id>(random_.below(12)); }
  double new_weight() {
    return weight_ = static_cast<double>(1 + random_.below(9));
  }

  template <typename Graph>
  static auto light(const Graph& g) {
    return [&g](const auto& e) { return get(boost::edge_weight, g, e) < 4; };
  }

  void remove_into(vertex_id v) {
    auto& [ours, theirs] = both_;
    if constexpr (both_ways) {
      remove_in_edge_if(v, light(ours), ours);
      remove_in_edge_if(v, light(theirs), theirs);
    }
  }

  /// The position of an edge among those of a vertex, or of those into it.
  template <typename Use>
  void use_any_edge(vertex_id v, Use&& use) {
    const auto& [ours, theirs] = both_;
    if constexpr (both_ways) {
      if (random_.below(2) == 0) {
        return use_any_of(in_edges(v, ours), in_edges(v, theirs), use);
      }
    }
    use_any_of(out_edges(v, ours), out_edges(v, theirs), use);
  }
  template <typename Ours, typename Theirs, typename Use>
  void use_any_of(Ours ours, Theirs theirs, Use&& use) {
    const auto count = std::distance(theirs.first, theirs.second);
    if (count == 0) return;
    const auto i = static_cast<std::ptrdiff_t>(
        random_.below(static_cast<std::uint64_t>(count)));
    use(*std::next(ours.first, i), *std::next(theirs.first, i));
  }

  void remove_one(vertex_id v) {
    use_any_edge(v, [&](const auto& our_edge, const auto& their_edge) {
      remove_edge(our_edge, both_.ours);
      remove_edge(their_edge, both_.theirs);
    });
  }
  void put_one(vertex_id v) {
    use_any_edge(v, [&](const auto& our_edge, const auto& their_edge) {
      put(boost::edge_weight, both_.theirs, their_edge, new_weight());
      if (random_.below(2) == 0) {
        put(boost::edge_weight, both_.ours, our_edge, weight_);
      } else {
        put(unversioned(boost::edge_weight, both_.ours), our_edge, weight_);
      }
    });
  }

  seeded_random& random_;
  twins<Kind> both_;
  double weight_ = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("changes leave what they leave of adjacency_list",
                   "[bgl][model]", undirected, directed, bidirectional) {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    changing_twins<TestType> both(random);
    for (int i = 0; i < 100; ++i) {
      both.step();
      both.require_same();
    }
    CHECK(problems(both.ours().handle()) == "");
  }
}

TEST_CASE("a condition is asked once for each edge, loops included", "[bgl]") {
  telar::bgl::graph<graph_kind::undirected> g(2);
  for (int i = 0; i < 3; ++i) add_edge(0, 0, g);
  add_edge(1, 0, g);
  int asked = 0;
  const auto never = [&](const auto&) { return ++asked < 0; };
  remove_out_edge_if(0, never, g);
  CHECK(std::exchange(asked, 0) == 4);
  remove_in_edge_if(0, never, g);
  CHECK(std::exchange(asked, 0) == 4);
  remove_edge_if(never, g);
  CHECK(asked == 4);
}

TEST_CASE("an edge is removed by iterator, and edges of one direction alone",
          "[bgl]") {
  telar::bgl::graph<graph_kind::bidirectional, int> g(3);
  for (int i = 0; i < 4; ++i) add_edge(0, 1, i, g);
  add_edge(1, 2, 9, g);
  remove_edge(std::next(in_edges(1, g).first, 2), g);
  std::vector<int> left;
  for (auto [it, end] = out_edges(0, g); it != end; ++it) {
    left.push_back(g[*it]);
  }
  CHECK(left == std::vector{0, 1, 3});
  clear_in_edges(1, g);
  CHECK(num_edges(g) == 1);
  clear_out_edges(1, g);
  CHECK(num_edges(g) == 0);
}

TEST_CASE("a removed vertex is isolated, keeps its number and gets no edges",
          "[bgl]") {
  telar::bgl::graph<graph_kind::undirected> g(3);
  add_edge(0, 1, g);
  add_edge(1, 2, g);
  remove_vertex(1, g);
  CHECK(num_vertices(g) == 3);
  CHECK(num_edges(g) == 0);
  CHECK(out_degree(1, g) == 0);
  CHECK_THROWS_AS(add_edge(0, 1, g), telar::error);
  CHECK(g.handle().is_removed(1));
}

TEST_CASE("a vertex is added by its key, and again after its removal",
          "[bgl]") {
  telar::graph_options options;
  options.keys = telar::key_kind::string;
  auto g = telar::bgl::graph<graph_kind::directed>::create(telar::anonymous,
                                                           options);
  const vertex_id a = add_vertex("a", g);
  const vertex_id b = add_vertex("b", g);
  CHECK(add_vertex("a", g) == a);
  add_edge(a, b, g);
  remove_vertex(a, g);
  const vertex_id again = add_vertex("a", g);
  CHECK(again != a);
  add_edge(b, again, g);

  const auto copy = g;
  CHECK(num_vertices(copy) == 3);
  CHECK(copy.handle().is_removed(a));
  CHECK(get(boost::vertex_name, copy, again) == "a");
  CHECK(copy.handle().find("a") == again);
  CHECK(edge(b, again, copy).second);
  CHECK(problems(copy.handle()) == "");
}

TEST_CASE("put changes a payload, or a member, at both ends; snapshots keep it",
          "[bgl]") {
  struct road {
    float length;
    int lanes;
  };
  telar::bgl::graph<graph_kind::bidirectional, road> g(2);
  add_edge(0, 1, {1, 1}, g);
  const auto e = add_edge(0, 1, {2, 2}, g).first;
  const telar::bgl::snapshot then(g);
  const auto from_target = *std::next(in_edges(1, g).first);

  put(&road::length, g, from_target, 5.0f);
  CHECK(g[e].length == 5);
  CHECK(g[e].lanes == 2);
  put(get(boost::edge_bundle, g), e, road{7, 8});
  CHECK(get(&road::lanes, g, from_target) == 8);
  CHECK(then[*std::next(in_edges(1, then).first)].length == 2);
  CHECK(then[*std::next(out_edges(0, then).first)].lanes == 2);

  put(unversioned(&road::lanes, g), e, 3);
  CHECK(g[from_target].lanes == 3);
  remove_edge(e, g);
  CHECK_THROWS_AS(put(boost::edge_bundle, g, e, road{}), telar::error);
  CHECK_THROWS_AS(put(boost::edge_bundle, g, from_target, road{}),
                  telar::error);
}
