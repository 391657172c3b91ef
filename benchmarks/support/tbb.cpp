// benchmarks/support/tbb.cpp: a tbb::concurrent_vector for each vertex.
// Threads only; no lock, and no edge that is whole at any moment.
#include <tbb/cache_aligned_allocator.h>
#include <tbb/concurrent_vector.h>

#include <memory>
#include <vector>

#include "contestant.hpp"
#include "memory.hpp"
#include "neighbour_lists.hpp"

namespace bench {
namespace {

constexpr std::size_t bytes_an_edge = 48;

class concurrent_vectors : public structure {
 public:
  explicit concurrent_vectors(const rmat& input)
      : vertices_(input.vertices), expected_(input.edges.size()) {}

  void warm_up(unsigned workers) override {
    warm_heap(tbb::cache_aligned_allocator<char>(),
              bytes_an_edge * expected_ / workers);
  }
  void insert(std::span<const telar::endpoints> part) override {
    for (const auto [source, target] : part) {
      vertices_[source].push_back(target);
      vertices_[target].push_back(source);
    }
  }
  std::uint64_t edge_count() const override {
    return half_of_entries(vertices_);
  }
  std::uint64_t degree(telar::vertex_id v) const override {
    return vertices_[v].size();
  }

 private:
  std::vector<tbb::concurrent_vector<telar::vertex_id>> vertices_;
  std::size_t expected_;
};

}  // namespace

void add_tbb(std::vector<contestant>& all) {
  for (const crew workers : thread_crews) {
    all.push_back({"tbb::concurrent_vector a vertex", workers,
                   [](const rmat& input, bool) {
                     return std::make_unique<concurrent_vectors>(input);
                   }});
  }
}

}  // namespace bench
