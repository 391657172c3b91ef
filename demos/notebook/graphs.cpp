// demos/notebook/graphs.cpp: the last cell.  Parallel workers connect vertices
// 1, 2 and 3 to vertex 5, in a graph that they share, and in copies of their own.

#include <cstdint>
#include <telar/graph.hpp>
#include <telar/parallel.hpp>
#include <vector>

#include "notebook/meeting.hpp"
#include "notebook/rows.hpp"
#include "support/small_graph.hpp"

namespace notebook {
namespace {

using demo::make_graph;
using demo::table_of;
using telar::parallel::backend;
using telar::parallel::worker_pool;
using nodes = std::vector<std::uint64_t>;

void connect_to_5(std::uint64_t node, telar::graph_ref g) {
  demo::connect(*g, node, 5);
}

void in_one_graph(backend who) {
  auto g = make_graph(telar::anonymous);
  const telar::graph_ref ref(g);  // before the workers are forked
  worker_pool pool({.backend = who, .workers = 3, .grain = 1});
  pool.for_each(connect_to_5, nodes{1, 2, 3}, ref);

  fmt::print("  {:<10}{}\n", to_string(who), table_of(g));
  require("the shared graph", table_of(g), demo::after);
  require("its check", bool{g.check()}, true);
}

meeting by_processes;
meeting by_workers;

/// 5's neighbours, as a worker sees them when each has connected its node.
nodes connect_and_look(std::uint64_t node, telar::graph_ref g, backend who) {
  connect_to_5(node, g);
  (who == backend::processes ? by_processes : by_workers).wait_for(3);
  return table_of(*g).at(5);
}

/// The same, but for the placement: a forked process has a copy of its own.
void in_copies(backend who) {
  auto g = make_graph(telar::isolated);
  const telar::graph_ref ref(g);
  worker_pool pool({.backend = who,
                    .workers = 3,
                    .grain = 1,
                    .time_limit = meeting::time_limit});
  const auto seen = pool.map(connect_and_look, nodes{1, 2, 3}, ref, who);

  fmt::print("  {:<10}{}\n  {:<10}5's neighbours in the workers: {}\n",
             to_string(who), table_of(g), "", fmt::join(seen, ", "));
  require("the parent's graph", table_of(g), demo::before);
  require("what the workers saw", seen, {{1}, {2}, {3}});
}

}  // namespace

void connected_graphs() {
  heading("N9", "workers 1, 2, 3 connect themselves to 5 in a shared graph");
  fmt::print("  {:<10}{}\n", "before", demo::before);
  for (const auto who :
       {backend::threads, backend::processes, backend::workers}) {
    in_one_graph(who);
  }
  heading("N10", "the same in an isolated graph");
  for (const auto who : {backend::processes, backend::workers}) in_copies(who);
}

}  // namespace notebook
