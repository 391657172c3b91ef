// Making the seeds, and finding what is where in them.
#include "hostile/seeds.hpp"

#include <csignal>

#include <telar/frame.hpp>

#include "graph/core.hpp"
#include "segment/superblock.hpp"
#include "support/held_vertex.hpp"
#include "support/process.hpp"

namespace telar::test {
namespace {

using detail::get;
using detail::page;
using detail::word64;

constexpr vertex_id vertices = 24;

/// Blocks of several classes, retired ones, a loop, parallel edges if they may
/// be.
template <typename Add>
void weave(const Add& add) {
  for (vertex_id v = 0; v < vertices; ++v) add(0, v);
  for (vertex_id v = 1; v < vertices; v += 2) add(v, v / 2);
  for (int i = 0; i < 3; ++i) add(3, 5);
}

void make(const location& where, graph_options options) {
  options.reserve = seed_reserve;
  graph g = graph::create(where, options);
  for (std::uint64_t v = 0; v < vertices; ++v) {
    if (options.keys == key_kind::none) g.add_vertex();
    if (options.keys == key_kind::u64) (void)g.vertex(v * v);
    if (options.keys == key_kind::string) {
      (void)g.vertex(std::string(v % 5, '-') + std::to_string(v));
    }
  }
  weave([&](vertex_id u, vertex_id v) {
    if (options.payload.size == 0) {
      g.add_edge(u, v);
    } else {
      g.add_edge(u, v, 0.5 * u + v);
    }
  });
}

graph_options of(graph_kind kind, bool payload, key_kind keys,
                 parallel_edges parallel = parallel_edges::allow) {
  graph_options options;
  options.kind = kind;
  if (payload) options.payload = payload_type::of<double>();
  options.keys = keys;
  options.parallel = parallel;
  return options;
}

/// One was killed before its commit, another after it; both hold vertices.
void leave_dead(const location& where) {
  for (const std::uint64_t phase :
       {detail::phase_committed, detail::phase_preparing}) {
    process child = start_process([&] {
      graph g = graph::open(where);
      g.add_edge(1, 2, 1.0);
      const vertex_id u = phase == detail::phase_committed ? 1 : 4;
      const held_vertices held(g, u, u + 1);
      // The intent of the change before, which may be applied once more.
      detail::core::of(g).who.mine().intent.state.store(
          detail::pack_state(1, phase));
      ::raise(SIGKILL);
      return 0;
    });
    require(child.wait() == -SIGKILL, "the child outlived its change");
  }
}

void make_with_dead(const location& where) {
  make(where, of(graph_kind::undirected, true, key_kind::string));
  leave_dead(where);
}

/// All kinds of changes, told; two have died, one of them as it told.
void make_with_feed(const location& where) {
  graph_options options = of(graph_kind::undirected, true, key_kind::string);
  options.changes = 100;
  make(where, options);
  graph g = graph::open(where);
  g.set(edge{0, 3, 3}, 7.0);
  g.remove_edge(0, 4);
  g.remove_vertex(5);
  leave_dead(where);
}

void make_table(const location& where) {
  frame table = frame::create(where, {.reserve = seed_reserve});
  table.append_rows(vertices);
  table.add_column<std::uint32_t>("n", 5);
  table.add_column<bool>("b", true);
  table.add_column<std::string>("s", "some text");
}

}  // namespace

const std::vector<seed>& all_seeds() {
  const auto made = [](graph_options options) {
    return [options](const location& where) { make(where, options); };
  };
  static const std::vector<seed> all{
      {"undirected", made(of(graph_kind::undirected, false, key_kind::none))},
      {"directed, payload, no parallel edges",
       made(of(graph_kind::directed, true, key_kind::none,
               parallel_edges::forbid))},
      {"bidirectional, payload",
       made(of(graph_kind::bidirectional, true, key_kind::none))},
      {"undirected, string keys",
       made(of(graph_kind::undirected, false, key_kind::string))},
      {"bidirectional, numbers for keys",
       made(of(graph_kind::bidirectional, false, key_kind::u64))},
      {"two who died inside a change", make_with_dead},
      {"a table", make_table},
      {"a feed of changes", make_with_feed},
  };
  return all;
}

std::vector<range> committed_ranges(const location& where) {
  const graph g = graph::open(where);
  const detail::segment& memory = detail::core::of(g).memory;
  const detail::geometry& at = memory.geometry();
  const detail::clocks& bounds = memory.clocks();
  const std::uint64_t count = get(bounds.vertex_capacity);
  std::vector<range> all{
      {0,
       detail::slots_offset + get(bounds.slot_capacity) * sizeof(detail::slot)},
      {at.vertices, count * sizeof(detail::vertex_header)},
      {at.extent_owners, page},
      {at.extents, get(bounds.extent_capacity) * detail::extent_bytes}};
  if (memory.feeds()) {
    all.push_back({at.changes, detail::feed_bytes(memory.what())});
  }
  if (memory.bidirectional()) all.push_back({at.in_words, count * 8});
  if (memory.keyed()) {
    all.push_back({at.key_refs, count * 8});
    all.push_back({at.buckets,
                   detail::bucket_array_offset + get(bounds.bucket_count) * 8});
  }
  if (detail::column_directory* columns = memory.columns()) {
    all.push_back({at.columns, detail::directory_bytes});
    for (unsigned i = 0; i < 3; ++i) {
      const auto pages = [](const word64& bound) {
        return std::uint64_t{detail::value_of(get(bound))} * page;
      };
      all.push_back({at.cells(i), pages(columns->entries[i].cells)});
      all.push_back({at.text(i), pages(columns->entries[i].text)});
    }
  }
  return all;
}

std::vector<range> worthwhile_ranges(const location& where) {
  const graph g = graph::open(where);
  const detail::segment& memory = detail::core::of(g).memory;
  const detail::geometry& at = memory.geometry();
  std::uint64_t used = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto rest = detail::arena::unpack(get(memory.slot(i).arena));
    const auto spare = detail::arena::unpack(get(memory.slot(i).spare));
    for (const auto& a : {rest, spare}) {
      if (a.left != 0) used = std::max(used, a.position * detail::unit);
    }
  }
  std::vector<range> all{
      {0, sizeof(detail::superblock)},
      {detail::clocks_offset, sizeof(detail::clocks)},
      {detail::slots_offset, 3 * sizeof(detail::slot)},
      {at.vertices, (vertices + 1) * sizeof(detail::vertex_header)},
      {at.extent_owners, 16}};
  if (memory.feeds()) {
    all.push_back({at.changes, detail::feed_bytes(memory.what())});
  }
  if (used > at.extents) all.push_back({at.extents, used - at.extents});
  if (memory.bidirectional()) all.push_back({at.in_words, vertices * 8});
  if (memory.keyed()) {
    all.push_back({at.key_refs, vertices * 8});
    all.push_back({at.buckets, detail::bucket_array_offset + 256 * 8});
  }
  if (memory.columns()) {
    all.push_back({at.columns, offsetof(detail::column_directory, entries) +
                                   4 * sizeof(detail::column_entry)});
    for (unsigned i = 0; i < 3; ++i) {
      all.push_back({at.cells(i), vertices * 8});
    }
  }
  return all;
}

}  // namespace telar::test
