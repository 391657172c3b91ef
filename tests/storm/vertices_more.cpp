// tests/storm/vertices_more.cpp: ids of removed vertices may be given again.
#include "storm/vertices_more.hpp"

#include <stdexcept>
#include <string>

#include "storm/log.hpp"

namespace telar::test {
namespace {

[[noreturn]] void fail(const std::string& what, std::uint64_t number) {
  throw std::runtime_error(what + " " + std::to_string(number));
}

}  // namespace

void vertices_more::read(std::uint64_t ticket, std::uint32_t state) {
  using namespace ticket_state;
  if (state == begun) {
    ++in_flight_;
    return;
  }
  const std::uint32_t id =
      (state & ~(vertex_removing | vertex_removed)) - vertex;
  if (id >= tickets_.size() || !has(what_.number(g_, id))) {
    fail("lost: vertex", id);
  }
  if (state & vertex_removed) {
    ++removed_;
  } else if (state & vertex_removing) {
    ++in_flight_;
  } else {
    if (tickets_[id] != nobody) fail("given twice: vertex", id);
    tickets_[id] = ticket;
  }
}

void vertices_more::settle(verdict& found) const {
  std::uint64_t unknown = 0;
  for (std::uint64_t id = 0; id < tickets_.size(); ++id) {
    const auto v = static_cast<vertex_id>(id);
    const vertex_id number = what_.number(g_, v);
    if (!has(number)) continue;
    const std::uint32_t degree = g_.degree(v);
    found.edges += degree;
    if (tickets_[id] != nobody) {
      if (g_.is_removed(v)) fail("lost: vertex", id);
      require_edges(v, tickets_[id]);
      found.acknowledged += degree;
    } else if (g_.is_removed(v)) {
      if (degree != 0) fail("has edges, but was removed: vertex", id);
      if (what_.keyed() && what_.is_found(g_, number)) {
        fail("is found by its key, but was removed: vertex", id);
      }
    } else {
      ++unknown;
      found.in_flight += degree;
    }
  }
  if (unknown > in_flight_) {
    fail("there are vertices that were removed, or never added:", unknown);
  }
  found.removed += removed_;
}

void vertices_more::require_edges(vertex_id v, std::uint64_t ticket) const {
  if (what_.keyed() && what_.number(g_, v) != what_.number_of(ticket)) {
    fail("of another key: vertex", v);
  }
  const auto targets = g_.neighbors(v);
  if (!what_.changing()) {
    if (!targets.empty()) fail("has edges: vertex", v);
    return;
  }
  const auto anchors = what_.anchors(ticket);
  if (targets.size() != anchors.size() ||
      what_.number(g_, targets[0]) != anchors[0] ||
      what_.number(g_, targets[1]) != anchors[1]) {
    fail("does not have its edges: vertex", v);
  }
  if (!what_.has_payload()) return;
  for (const std::uint64_t payload : g_.half_edges<std::uint64_t>(v).payloads) {
    if (payload != ticket) fail("has another payload: vertex", v);
  }
}

}  // namespace telar::test
