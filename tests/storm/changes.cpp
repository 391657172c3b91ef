// tests/storm/changes.cpp: one claims a ticket, so what it is told about it is
// the truth.
#include "storm/changes.hpp"

#include "support/process.hpp"

namespace telar::test {
namespace {

class changer {
 public:
  changer(graph& g, const weave& what, storm_log& log, post& mine)
      : g_(g), what_(what), log_(log), mine_(mine) {}

  void remove_vertex(std::uint64_t ticket, std::uint32_t seen) {
    const bool asked = seen >= ticket_state::vertex_removing;
    if (asked || seen < ticket_state::vertex) return;
    if (!log_.claim(ticket, seen, seen | ticket_state::vertex_removing)) return;
    mine_.begin();
    require(g_.remove_vertex(seen - ticket_state::vertex),
            "a vertex was removed by nobody");
    mine_.end();
    log_.set(ticket, seen | ticket_state::vertex_removed);
  }

  void remove_edge(std::uint64_t ticket, std::uint32_t seen, bool by_position) {
    const bool there =
        seen == ticket_state::added || seen == ticket_state::changed;
    if (!there || !log_.claim(ticket, seen, ticket_state::removing)) return;
    mine_.begin();
    const endpoints e = ends(ticket);
    if (by_position) {
      while (!g_.remove_edge(found(e))) {  // it has moved
      }
    } else {
      require(g_.remove_edge(e.source, e.target), "an edge is lost");
    }
    mine_.end();
    log_.set(ticket, ticket_state::removed);
  }

  void change_edge(std::uint64_t ticket, std::uint32_t seen, bool in_place) {
    if (!what_.has_payload() || seen != ticket_state::added) return;
    if (!log_.claim(ticket, seen, ticket_state::changing)) return;
    mine_.begin();
    const endpoints e = ends(ticket);
    const std::uint64_t payload = weave::changed(ticket);
    while (in_place ? !g_.set_unversioned(found(e), payload)
                    : !g_.set(found(e), payload)) {
    }
    mine_.end();
    log_.set(ticket, ticket_state::changed);
  }

 private:
  [[nodiscard]] endpoints ends(std::uint64_t ticket) const {
    const endpoints e = what_.ends(what_.edge_of(ticket));
    return {what_.vertex(g_, e.source), what_.vertex(g_, e.target)};
  }
  [[nodiscard]] edge found(const endpoints& e) const {
    const auto here = g_.find_edge(e.source, e.target);
    require(here.has_value(), "an edge that was acknowledged is not found");
    return *here;
  }

  graph& g_;
  const weave& what_;
  storm_log& log_;
  post& mine_;
};

}  // namespace

void change_another(graph& g, const weave& what, storm_log& log, post& mine,
                    std::uint64_t ticket) {
  // As good as random, and all of it known by the ticket.
  const std::uint64_t draw = ticket * 0x9e3779b97f4a7c15 >> 20;
  const std::uint64_t other = draw / 16 % ticket;
  const std::uint32_t seen = log.state(other);
  changer one(g, what, log, mine);
  if (what.is_vertex(other)) {
    one.remove_vertex(other, seen);
  } else if (draw % 4 == 0) {
    one.change_edge(other, seen, draw / 4 % 2 == 0);
  } else if (draw % 4 != 1) {
    one.remove_edge(other, seen, draw / 4 % 2 == 0);
  }
}

}  // namespace telar::test
