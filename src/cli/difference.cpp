// cli/difference.cpp: comparing, vertex by vertex.
#include "cli/difference.hpp"

#include <algorithm>
#include <cstring>

#include "adjacency/edge_ends.hpp"
#include "cli/exit_status.hpp"

namespace telar::cli {
namespace {

void require_comparable(const graph_options& a, const graph_options& b) {
  const auto require = [](bool same, const char* what, std::string_view one,
                          std::string_view other) {
    if (same) return;
    throw failure(exit_status::usage, std::string("they cannot be compared: ") +
                                          what + " is " + std::string(one) +
                                          " in one and " + std::string(other) +
                                          " in the other");
  };
  require(a.kind == b.kind, "the kind", to_string(a.kind), to_string(b.kind));
  require(a.keys == b.keys, "the sort of keys", to_string(a.keys),
          to_string(b.keys));
  require(a.payload == b.payload, "the weight", a.payload.name, b.payload.name);
}

}  // namespace

difference::difference(detail::frozen& before, detail::frozen& after)
    : before_(before), after_(after), payload_size_(before.what.payload.size) {
  require_comparable(before.what, after.what);
  number_vertices();
}

/// Those of `before` first, as they are; then what only `after` has.
void difference::number_vertices() {
  const bool keyed = before_.from.what.keys != key_kind::none;
  std::unordered_map<std::string_view, std::uint32_t> by_key;
  const auto add = [&](side& s, vertex_id v, std::uint32_t number) {
    s.common[v] = number;
    if (s.own.size() <= number)
      s.own.resize(number + std::size_t{1}, no_vertex);
    if (!s.from.is_removed(v)) s.own[number] = v;
    count_ = std::max(count_, number + 1);
  };
  before_.common.resize(before_.from.vertices);
  for (std::uint64_t i = 0; i < before_.from.vertices; ++i) {
    const auto v = static_cast<vertex_id>(i);
    add(before_, v, v);
    if (keyed && !before_.from.is_removed(v)) {
      by_key.emplace(before_.from.key_bytes(v), v);
    }
  }
  after_.common.resize(after_.from.vertices);
  for (std::uint64_t i = 0; i < after_.from.vertices; ++i) {
    const auto v = static_cast<vertex_id>(i);
    // (A removed vertex has no edges, so its number does not matter.)
    if (!keyed) {
      add(after_, v, v);
    } else if (!after_.from.is_removed(v)) {
      const auto known = by_key.find(after_.from.key_bytes(v));
      add(after_, v, known != by_key.end() ? known->second : count_);
    }
  }
  before_.own.resize(count_, no_vertex);
  after_.own.resize(count_, no_vertex);
}

/// The edges that are named at `u`: of an undirected graph those to itself and to
/// higher common numbers, of its loops every other entry.
void difference::collect(side& s, std::uint32_t u) {
  s.entries.clear();
  s.bytes.clear();
  const vertex_id v = s.own[u];
  if (v == no_vertex) return;
  const detail::whole_list all = s.from.list(v, 0);
  detail::edge_ends at(s.from.what.kind, u, 0);
  for (std::size_t i = 0; i < all.targets.size(); ++i) {
    const std::uint32_t target = s.common[all.targets[i]];
    if (!at.next(target).first) continue;
    s.entries.push_back({target, all.targets[i], s.bytes.size()});
    const std::byte* const payload = all.payloads + i * payload_size_;
    s.bytes.insert(s.bytes.end(), payload, payload + payload_size_);
  }
  std::ranges::sort(s.entries, [&](const entry& a, const entry& b) {
    return order(a, s, b, s) < 0;
  });
}

const std::byte* difference::payload(const side& s, const entry& e) const {
  return payload_size_ == 0 ? nullptr : s.bytes.data() + e.payload;
}

int difference::order(const entry& a, const side& in_a, const entry& b,
                      const side& in_b) const {
  if (a.target != b.target) return a.target < b.target ? -1 : 1;
  if (payload_size_ == 0) return 0;
  return std::memcmp(payload(in_a, a), payload(in_b, b), payload_size_);
}

void difference::compare(std::uint32_t u, difference_visitor& tell) {
  collect(before_, u);
  collect(after_, u);
  // What both have goes; what is left of the same ends has changed.
  std::vector<entry> gone;
  std::vector<entry> come;
  auto a = before_.entries.begin();
  auto b = after_.entries.begin();
  while (a != before_.entries.end() || b != after_.entries.end()) {
    const int which = a == before_.entries.end() ? 1
                      : b == after_.entries.end()
                          ? -1
                          : order(*a, before_, *b, after_);
    if (which < 0) gone.push_back(*a);
    if (which > 0) come.push_back(*b);
    if (which <= 0) ++a;
    if (which >= 0) ++b;
  }
  a = gone.begin();
  b = come.begin();
  while (a != gone.end() || b != come.end()) {
    const bool both =
        a != gone.end() && b != come.end() && a->target == b->target;
    if (both) {
      tell.changed({before_.own[u], a->own_target}, payload(before_, *a),
                   payload(after_, *b));
      ++a;
      ++b;
    } else if (b == come.end() || (a != gone.end() && a->target < b->target)) {
      tell.edge(false, {before_.own[u], a->own_target}, payload(before_, *a));
      ++a;
    } else {
      tell.edge(true, {after_.own[u], b->own_target}, payload(after_, *b));
      ++b;
    }
  }
}

void difference::visit(difference_visitor& tell) {
  for (std::uint32_t u = 0; u < count_; ++u) {
    const bool was = before_.own[u] != no_vertex;
    const bool is = after_.own[u] != no_vertex;
    if (was != is) tell.vertex(is, is ? after_.own[u] : before_.own[u]);
  }
  for (std::uint32_t u = 0; u < count_; ++u) compare(u, tell);
}

}  // namespace telar::cli
