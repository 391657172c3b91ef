// benchmarks/support/telar.cpp: the graph of this project.
#include <algorithm>
#include <stdexcept>
#include <telar/changes.hpp>

#include "contestant.hpp"

namespace bench {
namespace {

enum class style { one_by_one, by_span };

class telar_graph : public structure {
 public:
  telar_graph(const rmat& input, bool warm, style how, std::uint64_t changes)
      : graph_(telar::graph::create(telar::anonymous, {.changes = changes})),
        how_(how) {
    if (warm) graph_.reserve(input.vertices, input.edges.size());
    graph_.add_vertices(input.vertices);
  }

  void warm_up(unsigned) override { graph_.populate(); }

  void insert(std::span<const telar::endpoints> part) override {
    if (how_ == style::by_span) {
      graph_.add_edges(part);
    } else {
      for (const auto [source, target] : part) graph_.add_edge(source, target);
    }
  }
  std::uint64_t edge_count() const override {
    const std::uint64_t edges = graph_.edge_count();
    if (graph_.info().changes != 0) require_told(edges);
    return edges;
  }
  std::uint64_t degree(telar::vertex_id v) const override {
    return graph_.degree(v);
  }
  memory_use memory() const override {
    const auto info = graph_.info();
    return {info.bytes_used, info.bytes_committed};
  }

 private:
  /// The vertices were one change, and each edge is another.
  void require_told(std::uint64_t edges) const {
    const std::uint64_t last = graph_.last_change();
    const std::uint64_t known = std::min(graph_.info().changes, edges);
    auto feed = graph_.changes(last - known);
    std::uint64_t told = 0;
    for (telar::change c; feed.next(c) == telar::feed_outcome::change;) {
      told += c.kind == telar::change_kind::add_edge ? 1 : 0;
    }
    if (last != edges + 1 || told != known) {
      throw std::runtime_error("the feed does not tell of all edges");
    }
  }

  telar::graph graph_;
  style how_;
};

void add(std::vector<contestant>& all, const char* name, style how,
         std::uint64_t changes) {
  const auto make = [how, changes](const rmat& input, bool warm) {
    return std::make_unique<telar_graph>(input, warm, how, changes);
  };
  for (const crew workers : thread_crews) all.push_back({name, workers, make});
  for (const crew workers : process_crews) all.push_back({name, workers, make});
}

}  // namespace

void add_telar(std::vector<contestant>& all) {
  add(all, telar_name, style::one_by_one, 0);
  add(all, telar_span_name, style::by_span, 0);
}

void add_telar_telling(std::vector<contestant>& all, std::uint64_t changes) {
  add(all, telling_name, style::one_by_one, changes);
  add(all, telling_span_name, style::by_span, changes);
}

}  // namespace bench
