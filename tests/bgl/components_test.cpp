// tests/bgl/components_test.cpp: components, orders and cores, of a live graph
// and of a snapshot, equal those of `adjacency_list`.
#include <iterator>
#include <vector>

#include <boost/graph/connected_components.hpp>
#include <boost/graph/core_numbers.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <catch2/catch.hpp>

#include "bgl/kinds.hpp"

namespace {

using namespace telar::test;

template <typename Graph>
std::vector<std::size_t> connected(const Graph& g) {
  std::vector<std::size_t> component(num_vertices(g));
  boost::connected_components(g, component.data());
  return component;
}

template <typename Graph>
std::vector<std::size_t> strong(const Graph& g) {
  std::vector<std::size_t> component(num_vertices(g));
  boost::strong_components(
      g, boost::make_iterator_property_map(component.begin(),
                                           get(boost::vertex_index, g)));
  return component;
}

template <typename Graph>
std::vector<std::size_t> cores(const Graph& g) {
  std::vector<std::size_t> core(num_vertices(g));
  boost::core_numbers(g, boost::make_iterator_property_map(
                             core.begin(), get(boost::vertex_index, g)));
  return core;
}

template <typename Graph>
std::vector<std::size_t> topological(const Graph& g) {
  std::vector<std::size_t> order;
  boost::topological_sort(g, std::back_inserter(order));
  return order;
}

/// The same edges, without cycles.
std::vector<weighted_edge> ascending(std::vector<weighted_edge> edges) {
  std::erase_if(edges,
                [](const weighted_edge& e) { return e.source == e.target; });
  for (auto& e : edges) {
    if (e.source > e.target) std::swap(e.source, e.target);
  }
  return edges;
}

}  // namespace

TEST_CASE("connected components and core numbers are the same",
          "[bgl][model]") {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<undirected>(random);
    both.each([&](const auto& ours) {
      CHECK(connected(ours) == connected(both.theirs));
      CHECK(cores(ours) == cores(both.theirs));
    });
  }
}

TEST_CASE("strong components are the same", "[bgl][model]") {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<directed>(random);
    both.each(
        [&](const auto& ours) { CHECK(strong(ours) == strong(both.theirs)); });
  }
}

TEST_CASE("topological orders are the same, and a cycle is reported",
          "[bgl][model]") {
  seeded_random random;
  const std::size_t vertices = 30;
  for (int round = 0; round < rounds; ++round) {
    twins<directed> both(vertices, ascending(random_edges(random, vertices)));
    both.each([&](const auto& ours) {
      CHECK(topological(ours) == topological(both.theirs));
    });
    add_edge(4, 5, both.ours);
    add_edge(5, 4, both.ours);
    both.each([&](const auto& ours) {
      CHECK_THROWS_AS(topological(ours), boost::not_a_dag);
    });
  }
}
