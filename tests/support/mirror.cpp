// tests/support/mirror.cpp: doing what is told.
#include "support/mirror.hpp"

#include <atomic>
#include <stdexcept>
#include <utility>

namespace telar::test {
namespace {

[[noreturn]] void fail(const change& c, const std::string& why) {
  throw std::runtime_error("change " + std::to_string(c.number) + ", " +
                           std::string(to_string(c.kind)) + ": " + why);
}

bool is_removed(const graph& g, vertex_id v) { return g.is_removed(v); }
bool is_removed(const snapshot& s, vertex_id v) {
  return s.removal_had_begun(v);
}

/// Where the edge of this rank begins, among the entries of a list; each edge
/// has `each` of them.
template <typename List>
std::size_t place_of(const List& all, vertex_id other, const change& c,
                     std::size_t each) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].other == other) places.push_back(i);
  }
  const std::size_t count = places.size() / each;
  const std::size_t rank = c.rank == last_of_pair ? count - 1 : c.rank;
  if (count == 0 || rank >= count) {
    fail(c, "there are " + std::to_string(count) + " edges " +
                std::to_string(c.source) + "–" + std::to_string(c.target));
  }
  return places[each * rank];
}

template <typename Source>
std::string key_of(const Source& from, key_kind keys, vertex_id v) {
  if (keys == key_kind::string) return std::string(from.key(v));
  return keys == key_kind::u64 ? std::to_string(from.key_number(v)) : "";
}

template <typename List, typename Source>
List list_of(const Source& from, vertex_id v, bool in, bool payloads) {
  List made;
  const auto targets = in ? from.in_neighbors(v) : from.neighbors(v);
  for (const vertex_id other : targets) made.push_back({other, 0});
  if (!payloads) return made;
  const auto all = in ? from.template in_half_edges<std::uint64_t>(v)
                      : from.template half_edges<std::uint64_t>(v);
  for (std::size_t i = 0; i < made.size(); ++i) {
    // Others may set it in place meanwhile.
    auto& payload = const_cast<std::uint64_t&>(all.payloads[i]);
    made[i].payload = std::atomic_ref(payload).load(std::memory_order_relaxed);
  }
  return made;
}

}  // namespace

mirror::mirror(const graph& of)
    : kind_(of.kind()), keys_(of.keys()), payloads_(of.payload().size != 0) {}

mirror::mirror(const snapshot& start)
    : kind_(start.kind()),
      keys_(start.keys()),
      payloads_(start.payload().size != 0) {
  load(start);
}

template <typename Source>
void mirror::load(const Source& from) {
  all_.resize(from.vertex_count());
  for (vertex_id v = 0; v < all_.size(); ++v) {
    const bool bidirectional = kind_ == graph_kind::bidirectional;
    at(v).out = list_of<list>(from, v, false, payloads_);
    if (bidirectional) at(v).in = list_of<list>(from, v, true, payloads_);
    at(v).removed = is_removed(from, v);
    at(v).key = key_of(from, keys_, v);
  }
  edges_ = from.edge_count();
}

void mirror::apply(const change& c) {
  switch (c.kind) {
    case change_kind::add_vertices:
      return add_vertices(c);
    case change_kind::reuse_vertex:
      if (!std::exchange(at(c.vertex).removed, false)) {
        fail(c, "it was not removed");
      }
      return;
    case change_kind::remove_vertex:
      if (std::exchange(at(c.vertex).removed, true)) fail(c, "it was removed");
      return;
    case change_kind::clear_out_edges:
      if (kind_ != graph_kind::directed) fail(c, "others know its edges, too");
      edges_ -= at(c.vertex).out.size();
      return at(c.vertex).out.clear();
    case change_kind::add_edge:
      return add_edge(c);
    case change_kind::remove_edge:
      return remove_edge(c);
    case change_kind::set_payload:
      return set_payload(c);
  }
  fail(c, "no such kind");
}

bool mirror::follow(change_feed& feed) {
  for (change c;;) {
    switch (feed.next(c)) {
      case feed_outcome::change:
        apply(c);
        break;
      case feed_outcome::nothing:
        return true;
      case feed_outcome::behind:
        return false;
    }
  }
}

void mirror::add_vertices(const change& c) {
  const std::uint64_t bound = std::uint64_t{c.vertex} + c.count;
  const std::string key = keys_ == key_kind::string
                              ? std::string(c.key)
                              : std::to_string(c.key_number);
  if (bound <= all_.size()) {
    if (keys_ != key_kind::none && at(c.vertex).key != key) {
      fail(c, "it has another key");
    }
    return;
  }
  if (c.vertex > all_.size()) fail(c, "there are none before it");
  all_.resize(bound);
  if (keys_ != key_kind::none) at(c.vertex).key = key;
}

void mirror::add_edge(const change& c) {
  for (const vertex_id v : {c.source, c.target}) {
    if (at(v).removed) fail(c, std::to_string(v) + " was removed");
  }
  const std::uint64_t payload = payloads_ ? c.payload<std::uint64_t>() : 0;
  at(c.source).out.push_back({c.target, payload});
  if (list* far = far_list(c)) far->push_back({c.source, payload});
  ++edges_;
}

mirror::list* mirror::far_list(const change& c) {
  switch (kind_) {
    case graph_kind::undirected:
      return &at(c.target).out;
    case graph_kind::bidirectional:
      return &at(c.target).in;
    case graph_kind::directed:
      break;
  }
  return nullptr;
}

void mirror::remove_edge(const change& c) {
  const bool loop = kind_ == graph_kind::undirected && c.source == c.target;
  list& near = at(c.source).out;
  const auto place = [&](const list& all, vertex_id other) {
    return static_cast<std::ptrdiff_t>(place_of(all, other, c, loop ? 2 : 1));
  };
  const auto first = near.begin() + place(near, c.target);
  near.erase(first, first + (loop ? 2 : 1));
  list* far = loop ? nullptr : far_list(c);
  if (far) far->erase(far->begin() + place(*far, c.source));
  --edges_;
}

void mirror::set_payload(const change& c) {
  const auto payload = c.payload<std::uint64_t>();
  const bool loop = kind_ == graph_kind::undirected && c.source == c.target;
  list& near = at(c.source).out;
  const std::size_t i = place_of(near, c.target, c, loop ? 2 : 1);
  near[i].payload = payload;
  if (loop) near[i + 1].payload = payload;
  list* far = loop ? nullptr : far_list(c);
  if (far) (*far)[place_of(*far, c.source, c, 1)].payload = payload;
}

template <typename Source>
std::string mirror::compare(const Source& with) const {
  if (with.vertex_count() != all_.size()) {
    return std::to_string(all_.size()) + " vertices, not " +
           std::to_string(with.vertex_count());
  }
  if (with.edge_count() != edges_) {
    return std::to_string(edges_) + " edges, not " +
           std::to_string(with.edge_count());
  }
  for (vertex_id v = 0; v < all_.size(); ++v) {
    const vertex& mine = all_[v];
    const std::string name = "vertex " + std::to_string(v);
    if (mine.removed != is_removed(with, v)) {
      return name + (mine.removed ? " is removed" : " is there");
    }
    if (mine.key != key_of(with, keys_, v)) return name + " is " + mine.key;
    if (mine.out != list_of<list>(with, v, false, payloads_)) {
      return name + " has other edges, or in another order";
    }
    if (kind_ == graph_kind::bidirectional &&
        mine.in != list_of<list>(with, v, true, payloads_)) {
      return name + " has other in-edges, or in another order";
    }
  }
  return "";
}

std::string mirror::difference(const graph& g) const { return compare(g); }
std::string mirror::difference(const snapshot& s) const { return compare(s); }

std::string untold(const graph& g) try {
  mirror rebuilt(g);
  change_feed feed = g.changes(0);
  if (!rebuilt.follow(feed)) return "the feed does not remember all";
  const std::string found = rebuilt.difference(g);
  return found.empty() ? "" : "the feed tells of " + found;
} catch (const std::exception& failure) {
  return std::string("the feed tells what cannot be: ") + failure.what();
}

}  // namespace telar::test
