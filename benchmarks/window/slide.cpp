// benchmarks/window/slide.cpp: the two processes.
#include "slide.hpp"

#include <algorithm>
#include <atomic>
#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <new>
#include <stdexcept>
#include <thread>

#include <telar/graph.hpp>

#include "support/workers.hpp"

namespace bench {
namespace {

constexpr std::uint64_t samples_a_window = 20;
constexpr crew both{worker_kind::processes, 2};
/// How far who only inserts may run ahead of who only removes.
constexpr std::uint64_t lead = 1024;

struct shared {
  std::atomic<std::uint64_t> inserted;
  std::atomic<std::uint64_t> removed;
  failure failed;
  std::uint64_t count;
  sample samples[windows * samples_a_window];
};

class window {
 public:
  window(const rmat& input, telar::graph& g, shared& there)
      : edges_(input.edges), g_(g), there_(there), size_(window_of(input)) {}

  void slide_own(unsigned worker) {
    const std::uint64_t end = size_ * windows;
    for (std::uint64_t i = worker; i < end; i += both.workers) {
      insert(i);
      if (i >= size_) remove(i - size_);
      if (worker == 0) look((i + both.workers) / both.workers, both.workers);
    }
  }

  void insert_all() {
    for (std::uint64_t i = 0; i < size_ * windows; ++i) {
      while (i >= there_.removed + size_ + lead) std::this_thread::yield();
      insert(i);
      there_.inserted = i + 1;
      look(i + 1, 1);
    }
  }
  void remove_all() {
    for (std::uint64_t i = 0; i < size_ * (windows - 1); ++i) {
      while (there_.inserted < i + size_) std::this_thread::yield();
      remove(i);
      there_.removed = i + 1;
    }
  }

  void verify() const {
    if (g_.edge_count() != size_ || !g_.check().ok()) {
      throw std::runtime_error("the graph is wrong at the end");
    }
  }

 private:
  void insert(std::uint64_t i) {
    g_.add_edge(edges_[i].source, edges_[i].target);
  }
  void remove(std::uint64_t i) {
    if (!g_.remove_edge(edges_[i].source, edges_[i].target)) {
      throw std::runtime_error("an edge was not there");
    }
  }
  /// After `done` edges of this process, which inserts one in `of`.
  void look(std::uint64_t done, std::uint64_t of) {
    const std::uint64_t step = size_ / of / samples_a_window;
    if (done % step != 0 || there_.count == std::size(there_.samples)) return;
    const auto now = g_.info();
    there_.samples[there_.count++] = {now.bytes_used, now.bytes_committed};
  }

  const std::vector<telar::endpoints>& edges_;
  telar::graph& g_;
  shared& there_;
  std::uint64_t size_;
};

}  // namespace

std::uint64_t window_of(const rmat& input) {
  // So that samples are whole numbers of edges of each process.
  constexpr std::uint64_t whole = both.workers * samples_a_window;
  return input.edges.size() / windows / whole * whole;
}

std::vector<sample> slide(const rmat& input, part whose) {
  const auto memory =
      boost::interprocess::anonymous_shared_memory(sizeof(shared));
  auto& there = *new (memory.get_address()) shared{};
  fork_and_wait([&] {
    there.failed.guard([&] {
      auto g = telar::graph::create(telar::anonymous);
      g.add_vertices(input.vertices);
      window moving(input, g, there);
      (void)timed(both, {[](unsigned) {},
                         [&](unsigned worker) {
                           if (whose == part::own_half) {
                             moving.slide_own(worker);
                           } else if (worker == 0) {
                             moving.insert_all();
                           } else {
                             moving.remove_all();
                           }
                         }});
      moving.verify();
    });
  });
  there.failed.rethrow();
  return {there.samples, there.samples + there.count};
}

}  // namespace bench
