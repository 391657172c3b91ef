// benchmarks/support/interprocess.cpp: the textbook version: containers in a
// managed segment of Boost.Interprocess, and its mutexes.
//
// With a mutex a vertex, an edge is appended to one end and then to the other:
// less than an edge that is whole at any moment, and so in its favour.
#include <unistd.h>

#include <boost/interprocess/allocators/allocator.hpp>
#include <boost/interprocess/containers/vector.hpp>
#include <boost/interprocess/managed_shared_memory.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/scoped_lock.hpp>
#include <new>
#include <string>

#include "contestant.hpp"
#include "memory.hpp"
#include "neighbour_lists.hpp"

namespace bench {
namespace {

namespace bip = boost::interprocess;

using segment_manager = bip::managed_shared_memory::segment_manager;
template <typename T>
using allocator = bip::allocator<T, segment_manager>;
using adjacency = bip::vector<telar::vertex_id, allocator<telar::vertex_id>>;
using lock = bip::scoped_lock<bip::interprocess_mutex>;

/// A named segment whose name is removed at once: forked workers inherit it,
/// and nothing is left, whatever dies.
bip::managed_shared_memory make_segment(std::size_t bytes) {
  const std::string name = "telar-bench-" + std::to_string(::getpid());
  bip::managed_shared_memory segment(bip::create_only, name.c_str(), bytes);
  bip::shared_memory_object::remove(name.c_str());
  return segment;
}

class in_segment : public structure {
 public:
  explicit in_segment(const rmat& input)
      : segment_(make_segment((16 << 20) + 192 * std::size_t{input.vertices} +
                              32 * input.edges.size())) {}

  void warm_up(unsigned) override {
    populate(segment_.get_address(), segment_.get_size());
  }
  memory_use memory() const override {
    return {segment_.get_size() - segment_.get_free_memory(), 0};
  }

 protected:
  bip::managed_shared_memory segment_;
};

class one_mutex : public in_segment {
 public:
  one_mutex(const rmat& input, bool)
      : in_segment(input),
        mutex_(*segment_.construct<bip::interprocess_mutex>("mutex")()),
        vertices_(*segment_.construct<table>("vertices")(
            input.vertices, adjacency(segment_.get_segment_manager()),
            segment_.get_segment_manager())) {}

  void insert(std::span<const telar::endpoints> part) override {
    for (const auto [source, target] : part) {
      const lock held(mutex_);
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
  using table = bip::vector<adjacency, allocator<adjacency>>;
  bip::interprocess_mutex& mutex_;
  table& vertices_;
};

class vertex_mutex : public in_segment {
 public:
  vertex_mutex(const rmat& input, bool)
      : in_segment(input),
        vertices_(segment_.construct<vertex>("vertices")[input.vertices](
            segment_.get_segment_manager())),
        count_(input.vertices) {}

  void insert(std::span<const telar::endpoints> part) override {
    for (const auto [source, target] : part) {
      append(vertices_[source], target);
      append(vertices_[target], source);
    }
  }
  std::uint64_t edge_count() const override {
    std::uint64_t sum = 0;
    for (std::uint32_t v = 0; v < count_; ++v) sum += degree(v);
    return sum / 2;
  }
  std::uint64_t degree(telar::vertex_id v) const override {
    return vertices_[v].neighbours.size();
  }

 private:
  struct vertex {
    explicit vertex(segment_manager* manager) : neighbours(manager) {}
    bip::interprocess_mutex mutex;
    adjacency neighbours;
  };
  static void append(vertex& to, telar::vertex_id entry) {
    const lock held(to.mutex);
    to.neighbours.push_back(entry);
  }

  vertex* vertices_;
  std::uint32_t count_;
};

template <typename Structure>
void add(std::vector<contestant>& all, const char* name) {
  const auto make = [](const rmat& input, bool warm) {
    return std::make_unique<Structure>(input, warm);
  };
  for (const crew workers : thread_crews) all.push_back({name, workers, make});
  for (const crew workers : process_crews) all.push_back({name, workers, make});
}

}  // namespace

void add_interprocess(std::vector<contestant>& all) {
  add<one_mutex>(all, one_mutex_name);
  add<vertex_mutex>(all, vertex_mutex_name);
}

}  // namespace bench
