// telar/bgl.hpp: the shared graph as a graph of Boost.Graph, in place.
//
//   using telar::graph_kind;
//   auto g = telar::graph::open("roads");
//   const telar::bgl::view<graph_kind::undirected, double> roads(g);
//   boost::dijkstra_shortest_paths(roads, 0u,
//                                  boost::distance_map(&distance[0]));
//
// `view` reads a graph that others change meanwhile; `graph` owns one, copies
// as `adjacency_list` does, and is what generic code makes temporaries of.
// Both behave as `adjacency_list<vecS, vecS, …>` of the same kind: adjacencies
// in the order of insertion, parallel edges, a loop twice in the adjacency of
// an undirected vertex and once among `edges(g)`.  Two differences: `edges(g)`
// of every kind goes by source vertex (an undirected edge is named at its lower
// end), and `add_edge` does not make the vertices that it names.
//
// Models: VertexListGraph, EdgeListGraph, IncidenceGraph, AdjacencyGraph,
// BidirectionalGraph (undirected, bidirectional), AdjacencyMatrix,
// ReadablePropertyGraph.  `graph` adds `add_vertex` and `add_edge`.  Nothing
// can be removed and no payload changed through Boost.Graph: `copy_graph` into
// a `graph` therefore needs edges without payload on both sides.
//
// Properties: `vertex_index`; `vertex_name` (keys); `edge_weight` (arithmetic
// payloads); `edge_bundle`, `g[edge]` and `&payload::member`.  There is no
// `edge_index`: edges have no numbers.  Edge descriptors are ordered and hash,
// so a map from them serves.
//
// These headers are the only ones that name Boost.Graph.
#pragma once

#include <telar/bgl/edge_descriptor.hpp>
#include <telar/bgl/functions.hpp>
#include <telar/bgl/graph.hpp>
#include <telar/bgl/iterators.hpp>
#include <telar/bgl/properties.hpp>
#include <telar/bgl/view.hpp>
