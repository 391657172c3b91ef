// benchmarks/support/telar.cpp: the graph of this project.
#include <telar/graph.hpp>

#include "contestant.hpp"

namespace bench {
namespace {

enum class style { one_by_one, by_span };

class telar_graph : public structure {
 public:
  telar_graph(const rmat& input, bool warm, style how)
      : graph_(telar::graph::create(telar::anonymous)), how_(how) {
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
  std::uint64_t edge_count() const override { return graph_.edge_count(); }
  std::uint64_t degree(telar::vertex_id v) const override {
    return graph_.degree(v);
  }
  memory_use memory() const override {
    const auto info = graph_.info();
    return {info.bytes_used, info.bytes_committed};
  }

 private:
  telar::graph graph_;
  style how_;
};

void add(std::vector<contestant>& all, const char* name, style how) {
  const auto make = [how](const rmat& input, bool warm) {
    return std::make_unique<telar_graph>(input, warm, how);
  };
  for (const crew workers : thread_crews) all.push_back({name, workers, make});
  for (const crew workers : process_crews) all.push_back({name, workers, make});
}

}  // namespace

void add_telar(std::vector<contestant>& all) {
  add(all, telar_name, style::one_by_one);
  add(all, telar_span_name, style::by_span);
}

}  // namespace bench
