// benchmarks/snapshot/measures.cpp: graphs with half of their edges, and two
// processes that insert the others.
#include "measures.hpp"

#include <atomic>
#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <chrono>
#include <new>
#include <span>
#include <stdexcept>
#include <thread>

#include <telar/snapshot.hpp>

#include "support/workers.hpp"

namespace bench {
namespace {

using clock = std::chrono::steady_clock;
constexpr crew writers{worker_kind::processes, 2};
constexpr unsigned most_taken = 2000;

std::span<const telar::endpoints> first_half(const rmat& input) {
  return std::span(input.edges).first(input.edges.size() / 2);
}

std::span<const telar::endpoints> part_of(const rmat& input, unsigned worker) {
  const auto rest = std::span(input.edges).subspan(input.edges.size() / 2);
  const std::size_t each = rest.size() / writers.workers;
  return rest.subspan(worker * each, each);
}

telar::graph half_full(const rmat& input) {
  auto g = telar::graph::create(telar::anonymous);
  // Versions of all vertices, too.
  g.reserve(input.vertices, 2 * input.edges.size());
  g.add_vertices(input.vertices);
  g.add_edges(first_half(input));
  return g;
}

}  // namespace

std::vector<double> time_taking(const rmat& input) {
  struct shared {
    std::atomic<bool> begun;
    std::atomic<bool> over;
    unsigned count;
    double seconds[most_taken];
  };
  const auto memory =
      boost::interprocess::anonymous_shared_memory(sizeof(shared));
  auto& there = *new (memory.get_address()) shared{};
  fork_and_wait([&] {
    telar::graph g = half_full(input);
    std::jthread taker([&] {
      while (!there.begun) std::this_thread::yield();
      for (unsigned& i = there.count; i < most_taken && !there.over; ++i) {
        const auto begin = clock::now();
        const telar::snapshot taken = g.snapshot();
        there.seconds[i] =
            std::chrono::duration<double>(clock::now() - begin).count();
        // Spread over their work.
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    });
    (void)timed(writers, {[&](unsigned) { g.populate(); },
                          [&](unsigned worker) {
                            there.begun = true;
                            g.add_edges(part_of(input, worker));
                          }});
    there.over = true;
  });
  if (there.count == 0) throw std::runtime_error("no snapshot was taken");
  return {there.seconds, there.seconds + there.count};
}

insertion insert_beside(const rmat& input, unsigned live) {
  return in_own_process<insertion>([&] {
    telar::graph g = half_full(input);
    std::vector<telar::snapshot> taken;
    for (unsigned i = 0; i < live; ++i) taken.push_back(g.snapshot());
    const std::uint64_t used = g.info().bytes_used;
    const std::uint64_t before = g.edge_count();
    const timing took =
        timed(writers,
              {[&](unsigned) { g.populate(); },
               [&](unsigned worker) { g.add_edges(part_of(input, worker)); }});
    for (const telar::snapshot& one : taken) {
      if (one.edge_count() != before) throw std::runtime_error("it changed");
    }
    return insertion{took.seconds, g.edge_count() - before,
                     g.info().bytes_used - used};
  });
}

}  // namespace bench
