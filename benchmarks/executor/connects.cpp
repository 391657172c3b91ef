// benchmarks/executor/connects.cpp: edges that tasks add to one shared graph.
//
// Each round has a fresh graph with its memory committed; afterwards the number
// of edges and the degree of each vertex are verified.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <telar/graph.hpp>

#include "contestants.hpp"
#include "rows.hpp"

namespace bench {
namespace {

using edges = std::vector<telar::endpoints>;

/// `g` is a graph_ref, or, for loops, a pointer to the graph.
constexpr auto connect = [](const telar::endpoints& e, auto g) {
  g->add_edge(e.source, e.target);
};
constexpr auto connect_all = [](const edges& part, auto g) {
  g->add_edges(part);
};
constexpr auto nothing = [](int) {};

constexpr std::size_t large_task = 1'000;

std::vector<edges> parts_of(const edges& all) {
  std::vector<edges> parts;
  for (std::size_t at = 0; at < all.size(); at += large_task) {
    const auto some =
        std::span(all).subspan(at, std::min(large_task, all.size() - at));
    parts.emplace_back(some.begin(), some.end());
  }
  return parts;
}

void verify(const telar::graph& g, const rmat& input) {
  bool right = g.edge_count() == input.edges.size();
  for (telar::vertex_id v = 0; right && v < input.vertices; ++v) {
    right = g.degree(v) == input.degrees[v];
  }
  if (!right) throw std::runtime_error("edges are missing");
}

/// Times `run(parts, task, ref)` on a fresh graph; `prepare(graph)` is before
/// the clock starts.
template <typename Prepare, typename Run>
measured time_connects(const rmat& input, bool large, const Prepare& prepare,
                       const Run& run) {
  auto g = telar::graph::create(telar::anonymous);
  g.reserve(input.vertices, input.edges.size());
  g.add_vertices(input.vertices);
  g.populate();
  const telar::graph_ref ref(g);
  const auto parts = large ? parts_of(input.edges) : std::vector<edges>{};
  return prepare(g, [&](auto& with) {
    const auto start = clock::now();
    if (large) {
      run(with, parts, connect_all, ref);
    } else {
      run(with, input.edges, connect, ref);
    }
    const double seconds = seconds_since(start);
    verify(g, input);
    return measured{static_cast<double>(input.edges.size()) / seconds};
  });
}

measured by_telar(backend who, bool large, const settings& how,
                  const rmat& input) {
  const auto start = [&](telar::graph& g, const auto& use) {
    telar::parallel::options with{.backend = who,
                                  .workers = static_cast<int>(how.workers)};
    if (who != backend::workers) {
      telar::parallel::executor executor(with);
      return use(executor);
    }
    // Lasting workers map the graph before the clock starts.
    with.on_start = [&](unsigned) { g.populate(); };
    telar::parallel::worker_pool pool(with);
    pool.for_each(nothing, std::vector<int>(how.workers));
    return use(pool);
  };
  const auto run = [](auto& executor, const auto& parts, const auto& task,
                      telar::graph_ref ref) {
    executor.for_each(task, parts, ref);
  };
  return time_connects(input, large, start, run);
}

measured by_loop(loop who, bool large, const settings& how, const rmat& input) {
  const auto start = [&](telar::graph&, const auto& use) {
    // As OpenMP is used where iterations differ: it is not told of batches.
    loop_runner run(who, how.workers,
                    who == loop::openmp ? (large ? 1 : 64) : 0);
    run(how.workers, [](std::size_t) {});
    return use(run);
  };
  const auto run = [](auto& loop, const auto& parts, const auto& task,
                      telar::graph_ref ref) {
    telar::graph* const g = &*ref;
    loop(parts.size(), [&](std::size_t i) { task(parts[i], g); });
  };
  return time_connects(input, large, start, run);
}

void add_python(table& to, const stage& on, bool large) {
  const nlohmann::json request{{"measure", "connects"},
                               {"workers", on.how.workers},
                               {"vertices", on.input.vertices},
                               {"size", large ? large_task : 1}};
  auto threads = request;
  threads["edges"] = on.how.slow_edges;
  to.rows.push_back(
      on.python.make_row(threading,
                         fmt::format("{}, a dict and a lock (of {})",
                                     threading.name, on.how.slow_edges),
                         threads));
  auto processes = request;
  processes["edges"] = on.how.proxy_edges;
  for (const peer& who : {loky, multiprocessing}) {
    to.rows.push_back(on.python.make_row(
        who, fmt::format("{}, Manager (of {})", who.name, on.how.proxy_edges),
        processes));
  }
}

void add_connects(std::vector<table>& all, const stage& on, bool large) {
  const auto* const input = &on.input;
  table connects{.key = large ? "connects_1000" : "connects_1",
                 .title = fmt::format(
                     "{} edges into one shared graph, tasks of {}",
                     input->edges.size(), large ? "1,000 edges" : "one edge"),
                 .unit = "million edges/s",
                 .scale = 1e-6,
                 .more_is_better = true};
  for (const loop who : loops) {
    connects.rows.push_back(
        {.name = name_of(who), .measure = apart([=, how = on.how] {
                                 return by_loop(who, large, how, *input);
                               })});
  }
  for (const backend who : backends) {
    row r{.name = telar_row(who), .measure = apart([=, how = on.how] {
                                    return by_telar(who, large, how, *input);
                                  })};
    if (who == backend::processes || who == backend::workers) {
      r.goals = {{goal::of::value, goal::side::least, 1}};
    }
    connects.rows.push_back(std::move(r));
  }
  add_python(connects, on, large);
  all.push_back(std::move(connects));
}

}  // namespace

void add_connects(std::vector<table>& all, const stage& on) {
  add_connects(all, on, true);
  add_connects(all, on, false);
}

}  // namespace bench
