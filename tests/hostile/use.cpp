// Using a segment.
#include "hostile/use.hpp"

#include <algorithm>
#include <vector>

#include <telar/changes.hpp>
#include <telar/doctor.hpp>
#include <telar/frame.hpp>
#include <telar/graph.hpp>

#include "graph/core.hpp"

namespace telar::test {
namespace {

template <typename Call>
void attempt(const Call& call) {
  try {
    call();
  } catch (const error&) {
  }
}

/// Looked at, so that no compiler leaves the reading out.
volatile std::uint64_t sink;

/// Bytes through the C library, which sanitizers watch.
void read(const void* bytes, std::size_t size) {
  const auto* byte = static_cast<const unsigned char*>(bytes);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += byte[i];
  sink = sink + sum;
}

void read_all(const graph& g) {
  const std::uint64_t bound = g.vertex_count();
  for (std::uint64_t i = 0; i < bound; ++i) {
    const auto v = static_cast<vertex_id>(i);
    attempt([&] {
      const auto all = g.neighbors(v);
      read(all.data(), all.size_bytes());
    });
    attempt([&] {
      const auto all = g.in_neighbors(v);
      read(all.data(), all.size_bytes());
    });
    attempt([&] {
      const auto all = g.half_edges<double>(v);
      read(all.payloads.data(), all.payloads.size_bytes());
    });
    attempt([&] {
      const auto text = g.key(v);
      read(text.data(), text.size());
      (void)g.find(text);
    });
    attempt([&] { (void)g.find(g.key_number(v)); });
    attempt([&] { (void)g.has_edge(v, static_cast<vertex_id>(i / 2)); });
  }
  g.refresh();
}

void walk_breadth_first(const graph& g) {
  const std::uint64_t bound = g.vertex_count();
  std::vector<bool> seen(bound);
  std::vector<vertex_id> queue;
  const auto visit = [&](vertex_id v) {
    if (v >= bound || seen[v]) return;
    seen[v] = true;
    queue.push_back(v);
  };
  visit(0);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    attempt([&] {
      for (const vertex_id w : g.neighbors(queue[i])) visit(w);
    });
  }
}

/// What an export reads.
void write_out(const graph& g) {
  attempt([&] {
    std::uint64_t sum = 0;
    g.for_each_edge([&](const edge& e) {
      sum += e.source + e.target;
      if (g.payload().size == sizeof(double)) {
        const double payload = g.payload<double>(e);
        read(&payload, sizeof payload);
      }
    });
    sink = sink + sum;
  });
}

void follow(const graph& g) {
  attempt([&] {
    const std::uint64_t last = g.last_change();
    const std::uint64_t known = std::min(last, g.info().changes);
    auto feed = g.changes(last - known);
    change c;
    for (std::uint64_t i = 0; i < known; ++i) {
      attempt([&] { (void)feed.next(c); });
      read(c.key.data(), c.key.size());
      read(c.payload_bytes.data(), c.payload_bytes.size());
    }
  });
  attempt([&] {
    following at = g.follow();
    change c;
    while (at.changes.next(c) == feed_outcome::change) {
    }
  });
}

void change_some(graph& g) {
  // Enough to fill blocks and take retired ones.
  for (vertex_id i = 0; i < 12; ++i) {
    attempt([&] { g.add_edge(i % 7, (i * 5) % 24); });
    attempt([&] { g.add_edge(3, i, 1.5); });
  }
  attempt([&] { (void)g.vertex("new"); });
  attempt([&] { (void)g.vertex(std::uint64_t{1} << 40); });
  attempt([&] { g.add_vertices(3); });
  attempt([&] { g.add_edge(24, 0); });
  attempt([&] { (void)g.remove_edge(3, 5); });
}

/// Ends at a lock that seems to be held: each wait for it takes ten seconds.
void use_columns(const location& where) {
  attempt([&] {
    frame table = frame::open(where);
    const auto attempt = [](const auto& call) {
      try {
        call();
      } catch (const error& refused) {
        if (refused.code() == errc::timed_out) throw;
      }
    };
    attempt([&] { (void)table.check(); });
    attempt([&] { (void)table.text(); });
    for (const column_info& one : table.columns()) {
      attempt([&] {
        for (std::uint64_t r = 0; r < 24; ++r) (void)table[one.name].get(r);
      });
    }
    attempt([&] { table["s"].fill("more"); });
    attempt([&] { table.pack("s"); });
    attempt([&] { table.add_column<double>("new", 1); });
    attempt([&] { table.drop_column("n"); });
  });
}

}  // namespace

void use(const location& where, const usage& how) {
  if (how.salvage) attempt([&] { (void)salvage(where, anonymous); });
  attempt([&] {
    open_options hasty;
    hasty.wait.limit = std::chrono::milliseconds(20);
    graph g = graph::open(where, hasty);
    attempt([&] { (void)g.check(); });
    attempt([&] { (void)g.info(); });
    read_all(g);
    walk_breadth_first(g);
    write_out(g);
    follow(g);
    if (how.change) {
      change_some(g);
      follow(g);
      attempt([&] { (void)g.check(); });
    }
  });
  if (how.columns) use_columns(where);
  if (how.examine) attempt([&] { (void)examine(where); });
  if (how.repair) attempt([&] { (void)repair(where); });
}

}  // namespace telar::test
