// tests/bgl/graphviz_test.cpp: a graph as text is what `adjacency_list` gives.
#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include <boost/graph/graphviz.hpp>
#include <catch2/catch.hpp>

#include "bgl/kinds.hpp"

namespace {

using namespace telar::test;

/// The lines of a graph's text, sorted; undirected edges from their lower end.
template <typename Graph>
std::vector<std::string> lines(const Graph& g) {
  std::stringstream text;
  boost::write_graphviz(text, g, boost::default_writer(),
                        boost::make_label_writer(get(boost::edge_weight, g)));
  std::vector<std::string> all;
  for (std::string line; std::getline(text, line);) {
    std::size_t u = 0;
    std::size_t v = 0;
    int length = 0;
    if (std::sscanf(line.c_str(), "%zu--%zu%n", &u, &v, &length) == 2 &&
        v < u) {
      line = std::to_string(v) + "--" + std::to_string(u) +
             line.substr(static_cast<std::size_t>(length));
    }
    all.push_back(line);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEMPLATE_TEST_CASE("write_graphviz writes the same lines, with weights",
                   "[bgl][model]", undirected, directed) {
  seeded_random random;
  for (int round = 0; round < rounds; ++round) {
    const auto both = random_twins<TestType>(random);
    const auto expected = lines(both.theirs);
    both.each([&](const auto& ours) { CHECK(lines(ours) == expected); });
  }
}
