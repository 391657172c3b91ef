// tests/storm/workers.cpp: writing and reading in tight loops.
#include "storm/workers.hpp"

#include <sched.h>

#include <algorithm>
#include <map>
#include <random>
#include <span>
#include <vector>

#include "storm/changes.hpp"
#include "storm/look_back.hpp"
#include "support/process.hpp"

namespace telar::test {
namespace {

std::uint32_t write_edge(graph& g, const weave& what, std::uint64_t ticket) {
  const endpoints e = what.ends(what.edge_of(ticket));
  const vertex_id u = what.vertex(g, e.source);
  const vertex_id v = what.vertex(g, e.target);
  const insertion done =
      what.has_payload() ? g.add_edge(u, v, ticket) : g.add_edge(u, v);
  require(done.added || what.forbids(), "an edge was refused");
  return done.added ? ticket_state::added : ticket_state::present;
}

std::uint32_t write_vertex(graph& g, const weave& what, std::uint64_t ticket) {
  const vertex_id v =
      what.keyed() ? what.vertex(g, what.number_of(ticket)) : g.add_vertex();
  if (what.changing()) {
    for (const vertex_id anchor : what.anchors(ticket)) {
      const vertex_id hub = what.vertex(g, anchor);
      const insertion done =
          what.has_payload() ? g.add_edge(v, hub, ticket) : g.add_edge(v, hub);
      require(done.added, "an edge of a vertex more was refused");
    }
  }
  return ticket_state::vertex + v;
}

class reader {
 public:
  reader(graph& g, const weave& what, storm_log& log, std::uint64_t seed)
      : g_(g), what_(what), log_(log), random_(seed) {}

  void read() {
    const std::uint64_t bound = g_.vertex_count();
    if (bound == 0) return;
    const auto v = static_cast<vertex_id>(random_() % bound);
    const bool in = g_.kind() == graph_kind::bidirectional && random_() % 2;
    const auto targets = in ? g_.in_neighbors(v) : g_.neighbors(v);
    require_grown(v, in, targets.size());
    // Whatever others do, this stays what it is until we refresh.
    const std::size_t sample = std::min<std::size_t>(targets.size(), 32);
    const auto last = targets.last(sample);
    const std::vector<vertex_id> before(last.begin(), last.end());
    if (sample != 0) look_at(v, in, targets.size());
    require(std::ranges::equal(before, last), "an entry changed");
    // Sooner where others replace memory all the time.
    if (what_.changing() || random_() % 16 == 0) g_.refresh();
    if (random_() % 64 == 0) look_back(g_, what_, log_, random_);
  }

 private:
  void require_grown(vertex_id v, bool in, std::size_t degree) {
    std::size_t& before = degrees_[{v, in}];
    require(what_.changing() || before <= degree,
            "an adjacency became shorter");
    before = degree;
    if (degrees_.size() > 1000) degrees_.clear();
  }

  /// Some entries of the adjacency, as it is now: each is of an edge that
  /// somebody has begun.
  void look_at(vertex_id v, bool in, std::size_t degree) {
    const vertex_id at = what_.number(g_, v);
    if (at >= what_.vertices()) return;  // a vertex more
    for (int i = 0; i < 8; ++i) {
      const std::size_t k = random_() % degree;
      std::uint64_t payload = 0;
      vertex_id target = 0;
      if (what_.has_payload()) {
        const auto all = in ? g_.in_half_edges<std::uint64_t>(v)
                            : g_.half_edges<std::uint64_t>(v);
        if (k >= all.targets.size()) continue;
        target = all.targets[k];
        payload = all.payloads[k];
      } else {
        const auto all = in ? g_.in_neighbors(v) : g_.neighbors(v);
        if (k >= all.size()) continue;
        target = all[k];
      }
      require(target < g_.vertex_count(), "an edge to a vertex that is not");
      const vertex_id other = what_.number(g_, target);
      if (other >= what_.vertices()) continue;
      const auto edge = what_.edge_between(at, other, payload);
      require(edge.has_value(), "an edge that nobody inserts");
      require(begun(*edge, payload), "an edge that nobody has begun");
    }
  }

  [[nodiscard]] bool begun(std::uint64_t edge, std::uint64_t payload) const {
    const std::uint64_t drawn = log_.drawn();
    std::uint64_t ticket =
        what_.has_payload() ? weave::ticket_of(payload) : edge;
    for (; ticket < drawn; ticket += what_.edges()) {
      if (log_.state(ticket) != ticket_state::none) return true;
      if (what_.has_payload()) break;
    }
    return false;
  }

  graph& g_;
  const weave& what_;
  storm_log& log_;
  std::mt19937_64 random_;
  std::map<std::pair<vertex_id, bool>, std::size_t> degrees_;
};

}  // namespace

void write_on(graph& g, const weave& what, storm_log& log, post& mine) {
  for (;;) {
    const std::uint64_t ticket = log.draw();
    log.set(ticket, ticket_state::begun);
    mine.begin();
    const std::uint32_t done = what.is_vertex(ticket)
                                   ? write_vertex(g, what, ticket)
                                   : write_edge(g, what, ticket);
    mine.end();
    log.set(ticket, done);
    if (what.changing() && ticket != 0) {
      change_another(g, what, log, mine, ticket);
    }
  }
}

void read_on(graph& g, const weave& what, storm_log& log, post& mine,
             std::uint64_t seed) {
  reader one(g, what, log, seed);
  for (;;) {
    mine.begin();
    one.read();
    mine.end();
    log.reads().fetch_add(1, std::memory_order_relaxed);
    ::sched_yield();  // to those who write
  }
}

}  // namespace telar::test
