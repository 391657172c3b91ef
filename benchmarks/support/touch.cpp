// benchmarks/support/touch.cpp: the bound: both ends' 16 bytes, touched.
//
// No structure that finds the two vertices of an edge in memory and changes
// something there can be faster than this.
#include <atomic>
#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <new>
#include <span>

#include "contestant.hpp"
#include "memory.hpp"

namespace bench {
namespace {

struct counter {
  std::atomic<std::uint64_t> value = 0;
  std::uint64_t padding = 0;
};
static_assert(sizeof(counter) == 16);

class touch : public structure {
 public:
  explicit touch(const rmat& input)
      : memory_(boost::interprocess::anonymous_shared_memory(input.vertices *
                                                             sizeof(counter))),
        counters_(new (memory_.get_address()) counter[input.vertices],
                  input.vertices) {}

  void warm_up(unsigned) override {
    populate(memory_.get_address(), memory_.get_size());
  }
  void insert(std::span<const telar::endpoints> part) override {
    for (const auto [source, target] : part) {
      counters_[source].value.fetch_add(1, std::memory_order_relaxed);
      counters_[target].value.fetch_add(1, std::memory_order_relaxed);
    }
  }
  std::uint64_t edge_count() const override {
    std::uint64_t sum = 0;
    for (const auto& c : counters_) sum += c.value;
    return sum / 2;
  }
  std::uint64_t degree(telar::vertex_id v) const override {
    return counters_[v].value;
  }

 private:
  boost::interprocess::mapped_region memory_;
  std::span<counter> counters_;
};

}  // namespace

void add_touch(std::vector<contestant>& all) {
  const auto make = [](const rmat& input, bool) {
    return std::make_unique<touch>(input);
  };
  for (const crew workers : thread_crews) {
    all.push_back({touch_name, workers, make});
  }
  for (const crew workers : process_crews) {
    all.push_back({touch_name, workers, make});
  }
}

}  // namespace bench
