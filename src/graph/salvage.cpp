// Copying the whole edges of a damaged segment into a new graph.
#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include <telar/doctor.hpp>

#include "graph/core.hpp"
#include "keys/key.hpp"
#include "segment/remains.hpp"

namespace telar {
namespace detail {
namespace {

/// A half-edge, named by its ends in a fixed order, and where it is.
struct half_found {
  std::uint64_t ends;
  vertex_id at;
  std::uint32_t position;
};

struct whole_edge {
  vertex_id source;
  vertex_id target;
  std::uint32_t position;  ///< In the adjacency of the source.
};

std::uint64_t pair_of(vertex_id a, vertex_id b) {
  return std::uint64_t{a} << 32 | b;
}

class salvager {
 public:
  salvager(const remains& from, salvage_report& report)
      : from_(from),
        report_(report),
        what_(from.what()),
        kind_(static_cast<graph_kind>(what_.kind)),
        vertices_(from.vertices()) {}

  void copy_into(graph& to) {
    if (!from_.mended().empty()) lose(from_.mended());
    name_vertices(to);
    std::vector<whole_edge> edges = find_edges();
    // In the order of insertion at the source.
    std::ranges::sort(edges, [](const whole_edge& a, const whole_edge& b) {
      return pair_of(a.source, a.position) < pair_of(b.source, b.position);
    });
    core& c = core::of(to);
    appender by(c.memory, c.who, c.space, c.wait);
    std::uint32_t position = 0;
    for (const whole_edge& e : edges) {
      const vertex_id source = names_.empty() ? e.source : names_[e.source];
      const vertex_id target = names_.empty() ? e.target : names_[e.target];
      if (source == no_vertex || target == no_vertex) {
        ++nameless_edges_;
      } else if (!by.append(source, target, payload_at(0, e.source, e.position),
                            position)) {
        ++repeated_;
      }
    }
    for (std::uint64_t v = 0; names_.empty() && v < vertices_; ++v) {
      const auto removed = static_cast<vertex_id>(v);
      if (is_removed(removed)) to.remove_vertex(removed);
    }
    report_.vertices = to.vertex_count();
    report_.edges = to.edge_count();
    tell();
  }

 private:
  void lose(const std::string& sentence) { report_.losses.push_back(sentence); }
  void lose(std::uint64_t count, const char* one, const char* many) {
    if (count != 0) lose(std::to_string(count) + (count == 1 ? one : many));
  }

  void tell() {
    lose(unreadable_, " adjacency cannot be read.",
         " adjacencies cannot be read.");
    lose(nowhere_, " entry names a vertex that does not exist.",
         " entries name vertices that do not exist.");
    lose(halves_, " edge is known to one of its ends only, and left out.",
         " edges are known to one of their ends only, and left out.");
    lose(unequal_, " edge has two payloads: that of its lower end was taken.",
         " edges have two payloads: those of their lower ends were taken.");
    lose(payloads_, " edge has no payload that can be read, and is left out.",
         " edges have no payload that can be read, and are left out.");
    lose(nameless_, " vertex has lost its key, and is left out.",
         " vertices have lost their keys, and are left out.");
    lose(nameless_edges_, " edge of such a vertex is left out.",
         " edges of such vertices are left out.");
    lose(repeated_, " edge occurs twice, where that is forbidden.",
         " edges occur twice, where that is forbidden.");
    if (from_.word(clocks_offset + offsetof(clocks, slot_capacity)) >> 32) {
      lose("Its columns are not copied.");
    }
  }

  // ---- Adjacencies

  [[nodiscard]] std::uint64_t word_of(std::uint32_t list, vertex_id v) const {
    const geometry& where = from_.geometry();
    return list == 0 ? from_.word(where.vertices + v * sizeof(vertex_header) +
                                  offsetof(vertex_header, word))
                     : from_.word(where.in_words + v * sizeof(word64));
  }

  [[nodiscard]] bool is_removed(vertex_id v) const {
    return word_of(0, v) == removed_word;
  }

  /// Where the entries begin, and how many of them are there.
  struct extent {
    std::uint64_t offset = 0;
    std::uint32_t count = 0;
  };
  [[nodiscard]] extent entries(std::uint64_t word) const {
    if (word == 0 || block_of(word) < from_.geometry().first_unit()) return {};
    const std::uint64_t offset = block_of(word) * unit;
    const std::uint64_t held = from_.held_from(offset) / sizeof(vertex_id);
    return {offset, static_cast<std::uint32_t>(
                        std::min<std::uint64_t>(degree_of(word), held))};
  }

  /// Null if it is not there.
  [[nodiscard]] const std::byte* payload_at(std::uint32_t list, vertex_id v,
                                            std::uint32_t position) const {
    const std::uint64_t word = word_of(list, v);
    const std::uint64_t offset =
        block_of(word) * unit +
        capacity_of(degree_of(word)) * sizeof(vertex_id) +
        std::uint64_t{position} * what_.payload_size;
    if (what_.payload_size == 0 || word == 0 ||
        !from_.holds(offset, what_.payload_size)) {
      return nullptr;
    }
    return from_.at(offset);
  }

  /// The entries of an adjacency that name vertices, in `read_`, others as
  /// no_vertex.  Copied: what is checked is what is used.
  const std::vector<vertex_id>& read(std::uint32_t list, vertex_id v) {
    const std::uint64_t word = word_of(list, v);
    const extent all = entries(word);
    unreadable_ += word != 0 && all.count != degree_of(word);
    read_.resize(all.count);
    if (all.count != 0) {
      std::memcpy(read_.data(), from_.at(all.offset),
                  read_.size() * sizeof(vertex_id));
    }
    for (vertex_id& target : read_) {
      if (target < vertices_) continue;
      ++nowhere_;
      target = no_vertex;
    }
    return read_;
  }

  // ---- Edges

  std::vector<whole_edge> find_edges() {
    std::vector<whole_edge> found;
    std::vector<half_found> first;
    std::vector<half_found> second;
    const bool undirected = kind_ == graph_kind::undirected;
    for (std::uint64_t i = 0; i < vertices_; ++i) {
      const auto v = static_cast<vertex_id>(i);
      bool half_a_loop = false;
      const auto& out = read(0, v);
      for (std::uint32_t p = 0; p < out.size(); ++p) {
        const vertex_id target = out[p];
        if (target == no_vertex) continue;
        if (kind_ == graph_kind::directed) {
          add(found, {v, target, p});
        } else if (undirected && target == v) {
          if (half_a_loop) add(found, {v, v, p - 1});
          half_a_loop = !half_a_loop;
        } else if (undirected && target < v) {
          second.push_back({pair_of(target, v), v, p});
        } else {
          first.push_back({pair_of(v, target), v, p});
        }
      }
      halves_ += half_a_loop;
      if (kind_ != graph_kind::bidirectional) continue;
      const auto& in = read(1, v);
      for (std::uint32_t p = 0; p < in.size(); ++p) {
        if (in[p] != no_vertex) second.push_back({pair_of(in[p], v), v, p});
      }
    }
    match(first, second, found);
    return found;
  }

  void add(std::vector<whole_edge>& found, whole_edge e) {
    if (what_.payload_size != 0 && !payload_at(0, e.source, e.position)) {
      ++payloads_;
    } else {
      found.push_back(e);
    }
  }

  /// The k-th u–v at one end and the k-th at the other are one edge.
  void match(std::vector<half_found>& first, std::vector<half_found>& second,
             std::vector<whole_edge>& found) {
    for (auto* all : {&first, &second}) {
      std::ranges::stable_sort(*all, {}, &half_found::ends);
    }
    const std::uint32_t other = kind_ == graph_kind::bidirectional;
    auto a = first.begin();
    auto b = second.begin();
    while (a != first.end() && b != second.end()) {
      if (a->ends != b->ends) {
        ++halves_;
        ++(a->ends < b->ends ? a : b);
        continue;
      }
      const std::byte* here = payload_at(0, a->at, a->position);
      const std::byte* there = payload_at(other, b->at, b->position);
      unequal_ +=
          here && (!there || std::memcmp(here, there, what_.payload_size) != 0);
      add(found, {a->at, static_cast<vertex_id>(a->ends), a->position});
      ++a;
      ++b;
    }
    halves_ +=
        static_cast<std::uint64_t>((first.end() - a) + (second.end() - b));
  }

  // ---- Vertices and keys

  void name_vertices(graph& to) {
    if (what_.keys == 0) {
      to.add_vertices(vertices_);
      return;
    }
    find_keys();
    names_.assign(vertices_, no_vertex);
    core& c = core::of(to);
    for (std::uint64_t v = 0; v < vertices_; ++v) {
      if (is_removed(static_cast<vertex_id>(v))) continue;
      if (const auto text = key_at(keys_[v], v)) {
        names_[v] = c.keys.get_or_add(*text);
      } else {
        ++nameless_;
      }
    }
  }

  /// The key in a record, if it is whole and says that it is this vertex's: its
  /// place in the list follows from its text.
  [[nodiscard]] std::optional<std::string> key_at(std::uint64_t record,
                                                  std::uint64_t v) const {
    constexpr std::uint64_t longest = 65'535;
    const std::uint64_t offset = record * unit;
    if (record < from_.geometry().first_unit() || record >= max_units ||
        !from_.holds(offset, sizeof(key_record))) {
      return std::nullopt;
    }
    const std::uint64_t order = from_.word(offset + offsetof(key_node, order));
    const std::uint64_t tail = from_.word(offset + sizeof(key_node));
    const std::uint64_t length = tail >> 32;
    if (static_cast<std::uint32_t>(tail) != v + 1 || length > longest ||
        !from_.holds(offset + sizeof(key_record), length) ||
        (what_.keys == static_cast<std::uint32_t>(key_kind::u64) &&
         length != sizeof(std::uint64_t))) {
      return std::nullopt;
    }
    std::string text(length, 0);
    std::memcpy(text.data(), from_.at(offset + sizeof(key_record)), length);
    std::uint64_t seed = 0;
    std::memcpy(&seed, what_.uuid, sizeof seed);
    if (key(text, seed).order != order) return std::nullopt;
    return text;
  }

  /// By what the vertices say; for the others by the list, from its head and
  /// from each bucket.
  void find_keys() {
    const geometry& where = from_.geometry();
    keys_.resize(vertices_);
    bool complete = true;
    for (std::uint64_t v = 0; v < vertices_; ++v) {
      keys_[v] = from_.word(where.key_refs + v * sizeof(word64));
      complete &= key_at(keys_[v], v).has_value();
    }
    if (complete) return;
    std::vector<bool> seen;
    const std::uint64_t first = where.first_unit();
    const auto follow = [&](std::uint64_t number) {
      while (number >= first && number < max_units &&
             from_.holds(number * unit, sizeof(key_node))) {
        if (seen.size() <= number - first) seen.resize(number - first + 4096);
        if (seen[number - first]) return;
        seen[number - first] = true;
        const std::uint64_t tail = from_.word(number * unit + sizeof(key_node));
        const std::uint64_t v = static_cast<std::uint32_t>(tail) - 1u;
        if (v < vertices_ && !key_at(keys_[v], v) && key_at(number, v)) {
          keys_[v] = number;
        }
        number = from_.word(number * unit);
      }
    };
    follow(from_.word(where.buckets));
    const std::uint64_t begin = where.buckets + bucket_array_offset;
    const std::uint64_t end = where.buckets + from_.held_from(where.buckets);
    for (std::uint64_t at = begin; at < std::min(end, where.extent_owners);
         at += sizeof(word64)) {
      follow(from_.word(at));
    }
  }

  const remains& from_;
  salvage_report& report_;
  const superblock& what_;
  graph_kind kind_;
  std::uint64_t vertices_;
  std::vector<vertex_id> read_;
  std::vector<std::uint64_t> keys_;  ///< Of each vertex: its record.
  std::vector<vertex_id> names_;     ///< In the new graph.

  std::uint64_t unreadable_ = 0;
  std::uint64_t nowhere_ = 0;
  std::uint64_t halves_ = 0;
  std::uint64_t unequal_ = 0;
  std::uint64_t payloads_ = 0;
  std::uint64_t nameless_ = 0;
  std::uint64_t nameless_edges_ = 0;
  std::uint64_t repeated_ = 0;
};

graph_options options_of(const superblock& what) {
  graph_options same;
  same.kind = static_cast<graph_kind>(what.kind);
  same.payload = {what.payload_size, what.payload_alignment, what.payload_name};
  same.parallel = static_cast<parallel_edges>(what.parallel);
  same.keys = static_cast<key_kind>(what.keys);
  same.reserve = what.reserve;
  return same;
}

}  // namespace
}  // namespace detail

salvage_report salvage(const location& damaged, const location& into) {
  const detail::remains from(damaged);
  salvage_report report;
  graph to = graph::create(into, detail::options_of(from.what()));
  try {
    detail::salvager(from, report).copy_into(to);
  } catch (...) {
    if (into.placement() <= placement::file) graph::remove(into);
    throw;
  }
  return report;
}

}  // namespace telar
