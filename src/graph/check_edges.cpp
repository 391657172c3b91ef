// The checker: vertices and edges.
#include <algorithm>
#include <cstring>

#include "graph/checker.hpp"

namespace telar::detail {
namespace {

/// A half-edge, named by its ends in a fixed order, and where it is.
struct half_name {
  std::uint64_t ends;
  vertex_id at;
  std::uint32_t position;
};

std::uint64_t pair_of(vertex_id a, vertex_id b) {
  return std::uint64_t{a} << 32 | b;
}

void sort_by_ends(std::vector<half_name>& all) {
  // Stable: parallel edges are paired in the order of insertion.
  std::stable_sort(
      all.begin(), all.end(),
      [](const half_name& a, const half_name& b) { return a.ends < b.ends; });
}

std::string edge_name(std::uint64_t ends) {
  return std::to_string(ends >> 32) + "–" + std::to_string(ends & 0xffffffffu);
}

}  // namespace

std::span<const vertex_id> checker::entries(std::uint32_t list,
                                            vertex_id v) const {
  const std::uint64_t word = memory_.word(list, v).load();
  return {memory_.unit_at<const vertex_id>(block_of(word)), degree_of(word)};
}

const std::byte* checker::payload_at(std::uint32_t list, vertex_id v,
                                     std::uint32_t position) const {
  const std::uint64_t word = memory_.word(list, v).load();
  return memory_.unit_at(block_of(word)) +
         capacity_of(degree_of(word)) * sizeof(vertex_id) +
         std::size_t{position} * memory_.what().payload_size;
}

void checker::check_vertices() {
  const std::uint64_t capacity = memory_.clocks().vertex_capacity.load();
  for (std::uint64_t i = 0; i < capacity && !full(); ++i) {
    const auto v = static_cast<vertex_id>(i);
    const vertex_header& header = memory_.vertices()[v];
    if (header.owner.load() != 0) {
      problem("Vertex " + std::to_string(v) + " is held by participant " +
              std::to_string((header.owner.load() & ~waiters) - 1) +
              ", which is not at work (I8).");
    }
    if ((header.epoch.load() & removed_mark) != 0) {
      ++removed_;
      if (header.word.load() != removed_word) {
        problem("The removal of vertex " + std::to_string(v) +
                " is not complete (I15).");
      }
    }
    for (std::uint32_t list = 0; list <= memory_.bidirectional(); ++list) {
      check_adjacency(list, v);
    }
  }
}

void checker::check_adjacency(std::uint32_t list, vertex_id v) {
  const std::uint64_t word = memory_.word(list, v).load();
  if (word == 0 || (word == removed_word && list == 0)) return;
  const std::string name = "The adjacency of vertex " + std::to_string(v);
  const std::size_t before = report_.problems.size();
  if (v >= report_.vertices) {
    problem(name + " exists, the vertex does not (I1).");
  } else if (degree_of(word) == 0) {
    problem(name + " has a block but no entry (I1).");
  } else {
    mark(block_of(word), core_.space.sizes()[class_of(degree_of(word))], name);
  }
  if (report_.problems.size() != before) {
    words_sound_ = false;
    return;
  }
  for (const vertex_id target : entries(list, v)) {
    if (target >= report_.vertices) {
      words_sound_ = false;
      return problem(name + " names vertex " + std::to_string(target) +
                     ", which does not exist (I1).");
    }
    if (list == 0) loops_ += target == v;
  }
  if (list == 0) entries_ += degree_of(word);
}

void checker::check_symmetry() {
  const auto kind = static_cast<graph_kind>(memory_.what().kind);
  if (kind == graph_kind::directed) return;
  const std::uint32_t other_list = kind == graph_kind::bidirectional;
  std::vector<half_name> first;
  std::vector<half_name> second;
  for (std::uint64_t i = 0; i < report_.vertices; ++i) {
    const auto v = static_cast<vertex_id>(i);
    const auto out = entries(0, v);
    for (std::uint32_t p = 0; p < out.size(); ++p) {
      if (other_list != 0 || v < out[p]) {
        first.push_back({pair_of(v, out[p]), v, p});
      }
    }
    const auto in = entries(other_list, v);
    for (std::uint32_t p = 0; p < in.size(); ++p) {
      if (other_list != 0 || in[p] < v) {
        second.push_back({pair_of(in[p], v), v, p});
      }
    }
  }
  sort_by_ends(first);
  sort_by_ends(second);
  std::size_t a = 0;
  std::size_t b = 0;
  while ((a < first.size() || b < second.size()) && !full()) {
    const std::uint64_t here = a < first.size() ? first[a].ends : ~0ull;
    const std::uint64_t there = b < second.size() ? second[b].ends : ~0ull;
    if (here != there) {
      problem("The edge " + edge_name(std::min(here, there)) +
              " is at one of its ends only (I4).");
      ++(here < there ? a : b);
      continue;
    }
    if (std::memcmp(payload_at(0, first[a].at, first[a].position),
                    payload_at(other_list, second[b].at, second[b].position),
                    memory_.what().payload_size) != 0) {
      problem("The edge " + edge_name(here) +
              " carries different payloads at its ends (I4).");
    }
    ++a;
    ++b;
  }
}

void checker::check_parallel() {
  const bool undirected =
      memory_.what().kind == static_cast<std::uint32_t>(graph_kind::undirected);
  const bool forbid = memory_.what().parallel ==
                      static_cast<std::uint32_t>(parallel_edges::forbid);
  std::vector<vertex_id> sorted;
  for (std::uint64_t i = 0; i < report_.vertices && !full(); ++i) {
    const auto v = static_cast<vertex_id>(i);
    const auto out = entries(0, v);
    const auto own = std::count(out.begin(), out.end(), v);
    if (undirected && own % 2 != 0) {
      problem("Vertex " + std::to_string(v) + " has half a loop (I4).");
    }
    if (!forbid) continue;
    sorted.assign(out.begin(), out.end());
    std::sort(sorted.begin(), sorted.end());
    // The two entries of a loop are one edge.
    if (undirected && own == 2) std::erase(sorted, v);
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
      problem("Vertex " + std::to_string(v) +
              " has parallel edges, which are forbidden (I6).");
    }
  }
}

void checker::check_counters() {
  const bool undirected =
      memory_.what().kind == static_cast<std::uint32_t>(graph_kind::undirected);
  counted_ = true;
  report_.edges = undirected ? (entries_ - loops_) / 2 + loops_ / 2 : entries_;
  const std::uint64_t counted = core_.edge_count();
  if (counted != report_.edges) {
    problem("The participants count " + std::to_string(counted) +
            " edges, the adjacencies hold " + std::to_string(report_.edges) +
            " (I5).");
  }
}

}  // namespace telar::detail
