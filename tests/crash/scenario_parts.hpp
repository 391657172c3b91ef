// tests/crash/scenario_parts.hpp: what scenarios are made of: edges, who inserts
// them, and memory in a certain state.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <thread>

#include "crash/scenario.hpp"
#include "graph/core.hpp"

namespace telar::test {

using edges = std::vector<endpoints>;

/// A payload of which a block of four takes a thirtieth of an extent.
struct parcel {
  std::uint64_t words[64];
};

/// Whose edge it is: the payload says so, where there is one.
enum class by : std::uint64_t {
  victim_earlier = 100,
  victim = 200,
  others = 300
};

inline void add(graph& g, endpoints e, std::uint64_t mark) {
  if (g.payload().size == sizeof(parcel)) {
    parcel full{};
    for (std::uint64_t& word : full.words) word = mark;
    g.add_edge(e.source, e.target, full);
  } else if (g.payload().size != 0) {
    g.add_edge(e.source, e.target, mark);
  } else {
    g.add_edge(e.source, e.target);
  }
}

inline std::function<void(graph&)> adding(by whom, edges all) {
  return [=](graph& g) {
    auto mark = static_cast<std::uint64_t>(whom);
    for (const endpoints e : all) add(g, e, mark++);
  };
}
/// What the victim does before its call …
inline auto having(edges all) {
  return adding(by::victim_earlier, std::move(all));
}
/// … and others after it.
inline auto then(edges all) { return adding(by::others, std::move(all)); }

/// A call of `add_edge`.
inline auto inserting(vertex_id u, vertex_id v) {
  return [=](std::optional<graph>& g, std::size_t) {
    add(*g, {u, v}, static_cast<std::uint64_t>(by::victim));
  };
}

/// A call of `add_edges`.
inline auto inserting_all(edges all) {
  return [=](std::optional<graph>& g, std::size_t parts) {
    g->add_edges(std::span(all).first(parts));
  };
}

inline edges times(std::size_t count, endpoints e) { return edges(count, e); }

inline edges together(std::initializer_list<edges> lists) {
  edges all;
  for (const edges& list : lists)
    all.insert(all.end(), list.begin(), list.end());
  return all;
}

inline graph_options kind_of(graph_kind kind, payload_type payload = {}) {
  graph_options made;
  made.kind = kind;
  made.payload = std::move(payload);
  return made;
}

inline graph_options without_parallels(graph_kind kind) {
  graph_options made = kind_of(kind);
  made.parallel = parallel_edges::forbid;
  return made;
}

inline graph_options with_names() {
  graph_options made;
  made.keys = key_kind::string;
  return made;
}

/// A call of `vertex`, and several.
inline auto asking(const std::string& key) {
  return [=](std::optional<graph>& g, std::size_t) { (void)g->vertex(key); };
}
inline auto naming(std::vector<std::string> all) {
  return [=](graph& g) {
    for (const std::string& key : all) (void)g.vertex(key);
  };
}

inline const payload_type number = payload_type::of<std::uint64_t>();
inline constexpr auto undirected = graph_kind::undirected;
inline constexpr auto directed = graph_kind::directed;
inline constexpr auto bidirectional = graph_kind::bidirectional;

inline detail::slot& slot_of(graph& g) {
  return detail::core::of(g).who.mine();
}

/// Makes what this thread retired reusable: otherwise that takes dozens of
/// changes more.
inline void settle(graph& g) {
  detail::core& c = detail::core::of(g);
  for (int i = 0; i < 3; ++i) c.space.advance(slot_of(g));
}

/// Reads a vertex whose neighbours are all vertex 1.
inline void read_unchanged(const graph& g, vertex_id v) {
  for (const vertex_id target : g.neighbors(v)) {
    if (target != 1) throw std::runtime_error("an entry is another's (I2)");
  }
}

/// Four edges 0–1, whose blocks are full, while there is nothing to be reused.
inline void four_edges_in_reused_blocks(graph& g) {
  having(times(5, {7, 8}))(g);
  settle(g);
  having(times(4, {0, 1}))(g);
}

/// Inserts single edges far from the others until the slot's memory satisfies
/// the condition.
template <typename Condition>
std::function<void(graph&)> filling_until(Condition holds) {
  return [=](graph& g) {
    add(g, {0, 1}, 0);
    const auto rest = [&](const detail::word64& word) {
      return detail::arena::unpack(detail::get(word)).left;
    };
    for (vertex_id v = 300;
         !holds(rest(slot_of(g).arena), rest(slot_of(g).spare)); v += 2) {
      add(g, {v, v + 1}, v);
    }
  };
}

/// Has a thread work that ends, in a slot that whoever comes next does not take.
inline void leave(graph& g, const std::function<void(graph&)>& work) {
  const auto in_a_thread = [](const std::function<void()>& body) {
    std::thread(body).join();
  };
  in_a_thread([&] {
    (void)slot_of(g);
    in_a_thread([&] { work(g); });
  });
}

/// What somebody does who has ended when the others come, in a slot that they do
/// not take.
inline std::function<void(graph&)> left_by(std::function<void(graph&)> work) {
  return [=](graph& g) {
    std::thread([&] {
      (void)slot_of(g);  // the victim's; the next one is the heir's
      leave(g, work);
    }).join();
  };
}

/// From here on there are no more extents to be claimed.
inline void let_space_end(graph& g) {
  detail::segment& memory = detail::core::of(g).memory;
  memory.clocks().extent_frontier.store(memory.geometry().max_extents);
}

/// Two blocks for parcels, which the next edge needs: 129 units each.
inline constexpr std::uint64_t two_blocks = 258;

}  // namespace telar::test
