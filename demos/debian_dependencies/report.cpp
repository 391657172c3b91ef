// demos/debian_dependencies/report.cpp: ranks packages and compares graphs.
#include "report.hpp"

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/page_rank.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/property_map/property_map.hpp>
#include <numeric>
#include <telar/bgl.hpp>
#include <tuple>

namespace demo {
namespace {

using view = telar::bgl::view<telar::graph_kind::bidirectional>;

/// Counts the vertices that a search discovers.
struct counter : boost::default_bfs_visitor {
  std::uint64_t* count;
  explicit counter(std::uint64_t& where) : count(&where) {}
  template <typename Vertex, typename Graph>
  void discover_vertex(Vertex, const Graph&) {
    ++*count;
  }
};

/// How many packages need this one, directly or through others.
std::uint64_t needed_by(const view& packages, telar::vertex_id package) {
  std::uint64_t found = 0;
  boost::breadth_first_search(boost::make_reverse_graph(packages), package,
                              boost::visitor(counter(found)));
  return found - 1;
}

/// The `count` first vertices in the order of `precedes`.
template <typename Precedes>
std::vector<telar::vertex_id> first(const telar::graph& g, std::size_t count,
                                    const Precedes& precedes) {
  std::vector<telar::vertex_id> all(g.vertex_count());
  std::iota(all.begin(), all.end(), telar::vertex_id{0});
  const auto end =
      all.begin() + static_cast<std::ptrdiff_t>(std::min(count, all.size()));
  std::partial_sort(all.begin(), end, all.end(), precedes);
  all.erase(end, all.end());
  return all;
}

/// Whether every edge of `part` is in `whole`.
bool includes(const telar::graph& whole, const telar::graph& part) {
  bool all = true;
  part.for_each_edge([&](const telar::edge& e) {
    const auto source = whole.find(part.key(e.source));
    const auto target = whole.find(part.key(e.target));
    all = all && source && target && whole.has_edge(*source, *target);
  });
  return all;
}

}  // namespace

std::vector<ranked_package> most_depended_on(const telar::graph& g,
                                             std::size_t count) {
  std::vector<ranked_package> result;
  for (const auto v : first(g, count, [&](auto a, auto b) {
         return std::make_tuple(g.in_degree(b), g.key(a)) <
                std::make_tuple(g.in_degree(a), g.key(b));
       })) {
    result.push_back({std::string(g.key(v)), g.in_degree(v), 0, 0});
  }
  return result;
}

std::vector<ranked_package> highest_ranked(const telar::graph& g,
                                           std::size_t count) {
  const view packages(g);
  std::vector<double> ranks(num_vertices(packages));
  boost::graph::page_rank(
      packages, boost::make_iterator_property_map(
                    ranks.begin(), get(boost::vertex_index, packages)));

  std::vector<ranked_package> result;
  for (const auto v : first(g, count, [&](auto a, auto b) {
         return std::make_tuple(ranks[b], g.key(a)) <
                std::make_tuple(ranks[a], g.key(b));
       })) {
    result.push_back({std::string(g.key(v)), g.in_degree(v),
                      needed_by(packages, v), ranks[v]});
  }
  return result;
}

bool same_by_key(const telar::graph& a, const telar::graph& b) {
  if (a.vertex_count() != b.vertex_count()) return false;
  for (telar::vertex_id v = 0; v < a.vertex_count(); ++v) {
    if (!b.find(a.key(v))) return false;
  }
  // No edge is there twice: as many, and all included, are the same.
  return a.edge_count() == b.edge_count() && includes(a, b);
}

}  // namespace demo
