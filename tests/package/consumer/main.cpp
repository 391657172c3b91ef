// tests/package/consumer/main.cpp: the smallest program that uses telar, and
// Boost.Graph on it, built outside of the project.
#include <iostream>

#include <telar/bgl.hpp>
#include <telar/graph.hpp>

int main() {
  auto g = telar::graph::create(telar::anonymous);
  g.add_vertices(3);
  g.add_edge(0, 2);
  const telar::bgl::view<telar::graph_kind::undirected> seen(g);
  std::cout << num_vertices(seen) << " vertices, " << num_edges(seen)
            << " edge\n";
}
