// benchmarks/support/boost_graph.cpp: Boost's adjacency_list under one mutex.
// Threads only: it lies on the heap of one process.
#include <boost/graph/adjacency_list.hpp>
#include <memory>
#include <mutex>

#include "contestant.hpp"
#include "memory.hpp"

namespace bench {
namespace {

constexpr std::size_t bytes_an_edge = 100;

class adjacency_list : public structure {
 public:
  explicit adjacency_list(const rmat& input)
      : graph_(input.vertices), expected_(input.edges.size()) {}

  void warm_up(unsigned workers) override {
    warm_heap(std::allocator<char>(), bytes_an_edge * expected_ / workers);
  }
  void insert(std::span<const telar::endpoints> part) override {
    for (const auto [source, target] : part) {
      const std::scoped_lock held(mutex_);
      boost::add_edge(source, target, graph_);
    }
  }
  std::uint64_t edge_count() const override { return num_edges(graph_); }
  std::uint64_t degree(telar::vertex_id v) const override {
    return out_degree(v, graph_);
  }

 private:
  boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS> graph_;
  std::mutex mutex_;
  std::size_t expected_;
};

}  // namespace

void add_boost_graph(std::vector<contestant>& all) {
  for (const crew workers : thread_crews) {
    all.push_back(
        {"adjacency_list, one mutex", workers, [](const rmat& input, bool) {
           return std::make_unique<adjacency_list>(input);
         }});
  }
}

}  // namespace bench
