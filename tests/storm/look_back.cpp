// tests/storm/look_back.cpp: some tickets, some vertices, and all of it twice.
#include "storm/look_back.hpp"

#include <sched.h>

#include <algorithm>
#include <map>
#include <vector>

#include <telar/snapshot.hpp>

#include "support/process.hpp"

namespace telar::test {
namespace {

constexpr int sample = 24;

class look {
 public:
  look(graph& g, const weave& what, storm_log& log, std::mt19937_64& random)
      : g_(g), what_(what), log_(log), random_(random) {}

  void take() {
    remember_tickets();
    const snapshot then = g_.snapshot();
    for (const auto& [ticket, before] : before_) {
      require_ticket(then, ticket, before);
    }
    std::map<vertex_id, std::vector<vertex_id>> seen;
    if (then.vertex_count() == 0) return;
    for (int i = 0; i < sample / 4; ++i) {
      const auto v = static_cast<vertex_id>(random_() % then.vertex_count());
      require_whole(then, v);
      const auto now = then.neighbors(v);
      seen[v].assign(now.begin(), now.end());
    }
    const std::uint64_t edges = then.edge_count();
    ::sched_yield();  // others go on
    for (const auto& [v, targets] : seen) {
      require(std::ranges::equal(targets, then.neighbors(v)),
              "a snapshot has changed");
    }
    require(then.edge_count() == edges, "a snapshot counts otherwise");
    log_.snapshots().fetch_add(1, std::memory_order_relaxed);
  }

 private:
  void remember_tickets() {
    const std::uint64_t drawn = log_.drawn();
    for (int i = 0; drawn != 0 && i < sample; ++i) {
      const std::uint64_t ticket = random_() % drawn;
      if (!what_.is_vertex(ticket)) before_[ticket] = log_.state(ticket);
    }
  }

  void require_ticket(const snapshot& then, std::uint64_t ticket,
                      std::uint32_t before) {
    using namespace ticket_state;
    if (before == none || before == begun || before == removing) return;
    const endpoints e = what_.ends(what_.edge_of(ticket));
    const vertex_id u = what_.vertex(g_, e.source);
    const vertex_id v = what_.vertex(g_, e.target);
    const bool there = u < then.vertex_count() && v < then.vertex_count() &&
                       then.has_edge(u, v);
    if (before == removed) {
      require(!there, "a snapshot has an edge that had been removed");
      return;
    }
    const std::uint32_t after = log_.state(ticket);
    if (after == removing || after == removed) return;
    require(there, "a snapshot lacks an edge that was acknowledged");
    if (before != changed) return;
    require(
        weave::is_changed(then.payload<std::uint64_t>(*then.find_edge(u, v))),
        "a snapshot has the payload of before a change");
  }

  void require_whole(const snapshot& then, vertex_id v) {
    const auto targets = then.neighbors(v);
    for (int i = 0; i < sample && !targets.empty(); ++i) {
      const vertex_id target = targets[random_() % targets.size()];
      require(target < then.vertex_count(), "an edge to a vertex of later");
      const auto here = std::ranges::count(targets, target);
      if (then.kind() == graph_kind::directed) continue;
      const auto there = then.kind() == graph_kind::undirected
                             ? then.neighbors(target)
                             : then.in_neighbors(target);
      require(std::ranges::count(there, v) == here,
              "an edge is at one of its ends only");
    }
  }

  graph& g_;
  const weave& what_;
  storm_log& log_;
  std::mt19937_64& random_;
  std::map<std::uint64_t, std::uint32_t> before_;
};

}  // namespace

void look_back(graph& g, const weave& what, storm_log& log,
               std::mt19937_64& random) {
  look(g, what, log, random).take();
}

}  // namespace telar::test
