// tests/storm/verdict.cpp: every entry of every adjacency, and every ticket.
#include "storm/verdict.hpp"
#include "storm/vertices_more.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace telar::test {
namespace {

[[noreturn]] void fail(const std::string& what, std::uint64_t number) {
  throw std::runtime_error(what + " " + std::to_string(number));
}

/// What was found, and what was told, of one edge.
struct account {
  std::uint8_t at_source = 0;  ///< Entries in lists of its source.
  std::uint8_t at_target = 0;
  std::uint8_t added = 0;  ///< Who was told that it is new.
  bool told = false;       ///< That it is there.
  bool begun = false;
  bool removed = false;        ///< Told that it is not there any more.
  bool may_change = false;     ///< Another payload was asked for, at least.
  bool changed = false;        ///< Told that it has another payload.
  bool original_seen = false;  ///< A payload, at either end.
  bool changed_seen = false;
};

class judgement {
 public:
  judgement(const graph& g, const weave& what, const storm_log& log)
      : g_(g), what_(what), log_(log), all_(what.edges()) {}

  verdict pronounce() {
    name_vertices();
    for (vertex_id v = 0; v < numbers_.size(); ++v) read_lists(v);
    read_log();
    more_.settle(found_);
    for (std::uint64_t edge = 0; edge < all_.size(); ++edge) settle(edge);
    if (found_.edges != g_.edge_count()) {
      fail("the graph does not count its edges:", g_.edge_count());
    }
    return found_;
  }

 private:
  void name_vertices() {
    std::vector<bool> seen(what_.vertices() + weave::tickets);
    for (vertex_id v = 0; v < g_.vertex_count(); ++v) {
      numbers_.push_back(what_.number(g_, v));
      if (!what_.keyed()) continue;
      if (seen[numbers_[v]]) fail("there are two vertices of key", numbers_[v]);
      seen[numbers_[v]] = true;
    }
  }

  void read_lists(vertex_id v) {
    read_list(v, false);
    if (g_.kind() == graph_kind::bidirectional) read_list(v, true);
  }

  void read_list(vertex_id v, bool in) {
    const auto targets = in ? g_.in_neighbors(v) : g_.neighbors(v);
    std::span<const std::uint64_t> payloads;
    if (what_.has_payload()) {
      payloads = in ? g_.in_half_edges<std::uint64_t>(v).payloads
                    : g_.half_edges<std::uint64_t>(v).payloads;
    }
    for (std::size_t k = 0; k < targets.size(); ++k) {
      const vertex_id target = targets[k];
      if (target >= numbers_.size()) fail("no vertex has the id", target);
      // Held against the vertex's ticket; that it is whole says check().
      if (more_.has(numbers_[v]) || more_.has(numbers_[target])) continue;
      const std::uint64_t payload = payloads.empty() ? 0 : payloads[k];
      const auto edge =
          what_.edge_between(numbers_[v], numbers_[target], payload);
      if (!edge) fail("an edge that nobody inserts is at vertex", v);
      count(*edge, numbers_[v], numbers_[target], in);
      account& a = all_[*edge];
      (weave::is_changed(payload) ? a.changed_seen : a.original_seen) = true;
    }
  }

  void count(std::uint64_t edge, vertex_id at, vertex_id target, bool in) {
    const endpoints e = what_.ends(edge);
    account& a = all_[edge];
    const bool both_ways = g_.kind() == graph_kind::undirected;
    const bool from = e.source == at && e.target == target;
    const bool to = e.source == target && e.target == at;
    if ((both_ways || !in) && from) ++a.at_source;
    if ((both_ways || in) && to) ++a.at_target;
    if (!both_ways && !(in ? to : from)) fail("the wrong way goes edge", edge);
  }

  void read_log() {
    for (std::uint64_t ticket = 0; ticket < log_.drawn(); ++ticket) {
      const std::uint32_t state = log_.state(ticket);
      if (state == ticket_state::none) continue;
      if (what_.is_vertex(ticket)) {
        more_.read(ticket, state);
      } else {
        read_edge(all_[what_.edge_of(ticket)], state);
      }
    }
  }

  void read_edge(account& a, std::uint32_t state) {
    using namespace ticket_state;
    const bool in_flight = state == begun || state == removing;
    if (in_flight) ++found_.in_flight;
    a.begun = true;
    a.told |= !in_flight && state != removed;
    a.removed = state == removed;
    a.changed = state == changed;
    a.may_change = state >= changing;
    if (state == removed) ++found_.removed;
    if (state == changed) ++found_.changed;
    a.added = static_cast<std::uint8_t>(a.added + (state == added ? 1 : 0));
  }

  void settle(std::uint64_t edge) {
    const account& a = all_[edge];
    const endpoints e = what_.ends(edge);
    const int whole =
        g_.kind() == graph_kind::undirected && e.source == e.target ? 2 : 1;
    const int far = g_.kind() == graph_kind::directed ? 0 : whole;
    const bool absent = a.at_source == 0 && a.at_target == 0;
    if (absent) {
      if (a.told) fail("lost: edge", edge);
      return;
    }
    if (a.at_source != whole || a.at_target != far) fail("torn: edge", edge);
    if (!a.begun) fail("never begun: edge", edge);
    if (a.added > 1) fail("told twice that it is new: edge", edge);
    if (a.removed) fail("still there: edge", edge);
    if (a.changed_seen && a.original_seen) {
      fail("of another payload at each end: edge", edge);
    }
    if (a.changed && what_.has_payload() && !a.changed_seen) {
      fail("its new payload is lost: edge", edge);
    }
    if (!a.may_change && a.changed_seen) {
      fail("nobody asked for its payload: edge", edge);
    }
    ++found_.edges;
    found_.acknowledged += a.told ? 1 : 0;
  }

  const graph& g_;
  const weave& what_;
  const storm_log& log_;
  std::vector<account> all_;
  std::vector<vertex_id> numbers_;  ///< By vertex.
  vertices_more more_{g_, what_};
  verdict found_;
};

}  // namespace

verdict judge(const graph& g, const weave& what, const storm_log& log) {
  return judgement(g, what, log).pronounce();
}

}  // namespace telar::test
