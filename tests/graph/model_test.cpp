// Random calls, each compared with what `adjacency_list` does.
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/model.hpp"
#include "support/placed.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr int calls = 150;
#else
constexpr int calls = 500;
#endif
constexpr std::uint64_t calls_between_looks = 100;

/// A shared graph and its model, and calls that change or read both.
template <typename Directed>
class pair_of_graphs {
 public:
  pair_of_graphs(const location& where, const graph_options& options,
                 seeded_random& random)
      : shared_(graph::create(where, options)),
        model_(options.parallel),
        random_(random) {
    add_vertices(3);
  }

  void call_something() {
    switch (random_.below(20)) {
      case 0:
        add_vertices(1);
        break;
      case 1:
        add_vertices(random_.below(4));
        break;
      case 2:
      case 3:
        add_span(random_.below(80));
        break;
      case 4:
      case 5:
      case 6:
        look_for_edge();
        break;
      default:
        add_edge();
    }
    if (random_.below(calls_between_looks) == 0) model_.check_against(shared_);
  }

  void finish() {
    model_.check_against(shared_);
    CHECK(problems(shared_) == "");
  }

 private:
  void add_vertices(std::uint64_t count) {
    const std::uint64_t before = shared_.vertex_count();
    REQUIRE((count == 1 ? shared_.add_vertex() : shared_.add_vertices(count)) ==
            before);
    REQUIRE(shared_.vertex_count() == before + count);
    model_.add_vertices(count);
  }

  /// Half of the ends are among three vertices: loops, parallel edges and
  /// large adjacencies come by themselves.
  vertex_id any_vertex() {
    const std::uint64_t bound = random_.below(2) ? 3 : shared_.vertex_count();
    return static_cast<vertex_id>(random_.below(bound));
  }

  void add_edge() {
    const vertex_id u = any_vertex();
    const vertex_id v = any_vertex();
    const bool weighted = random_.below(4) != 0;
    const double weight =
        weighted ? static_cast<double>(random_.below(1000)) : 0;
    const insertion expected = model_.add_edge(u, v, weight);
    const insertion done =
        weighted ? shared_.add_edge(u, v, weight) : shared_.add_edge(u, v);
    REQUIRE(done.added == expected.added);
    REQUIRE(done.edge == expected.edge);
  }

  void add_span(std::uint64_t size) {
    std::vector<endpoints> edges(size);
    std::vector<double> weights(size);
    const bool weighted = random_.below(2);
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < size; ++i) {
      edges[i] = {any_vertex(), any_vertex()};
      if (weighted) weights[i] = static_cast<double>(random_.below(1000));
      expected +=
          model_.add_edge(edges[i].source, edges[i].target, weights[i]).added;
    }
    const std::span<const endpoints> all(edges);
    const std::uint64_t added =
        weighted ? shared_.add_edges(all, std::span<const double>(weights))
                 : shared_.add_edges(all);
    REQUIRE(added == expected);
  }

  void look_for_edge() {
    const vertex_id u = any_vertex();
    const vertex_id v = any_vertex();
    const auto expected = model_.find_edge(u, v);
    REQUIRE(shared_.find_edge(u, v) == expected);
    REQUIRE(shared_.has_edge(u, v) == expected.has_value());
  }

  graph shared_;
  model<Directed> model_;
  seeded_random& random_;
};

}  // namespace

TEMPLATE_TEST_CASE("every call does what it does to an adjacency_list",
                   "[graph][model]", boost::undirectedS, boost::directedS,
                   boost::bidirectionalS) {
  const auto parallel = GENERATE(parallel_edges::allow, parallel_edges::forbid);
  const auto placing = GENERATE(placement::anonymous, placement::isolated,
                                placement::shared, placement::file);
  const placed where(placing);
  CAPTURE(placing, to_string(parallel));
  seeded_random random;
  graph_options options;
  options.kind = model<TestType>::kind;
  options.payload = payload_type::of<double>();
  options.parallel = parallel;
  options.reserve = 256u << 20;
  pair_of_graphs<TestType> both(where, options, random);
  for (int i = 0; i < calls; ++i) both.call_something();
  both.finish();
}

TEST_CASE("an undirected loop is two entries, one edge and one name",
          "[graph][model]") {
  const auto parallel = GENERATE(parallel_edges::allow, parallel_edges::forbid);
  auto g =
      graph::create(anonymous, {.parallel = parallel, .reserve = 64u << 20});
  g.add_vertices(2);
  for (int i = 0; i < 3; ++i) g.add_edge(0, 1);
  // At odd degrees, and across the sizes of blocks.
  for (int i = 0; i < 20; ++i) g.add_edge(0, 0);
  const std::uint32_t loops = parallel == parallel_edges::allow ? 20 : 1;
  const std::uint32_t others = parallel == parallel_edges::allow ? 3 : 1;
  CHECK(g.degree(0) == 2 * loops + others);
  CHECK(g.edge_count() == loops + others);
  std::uint32_t named = 0;
  g.for_each_edge([&](const edge& e) { named += e.target == e.source; });
  CHECK(named == loops);
  CHECK(problems(g) == "");
}
