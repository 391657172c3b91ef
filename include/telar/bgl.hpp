// telar/bgl.hpp: the shared graph as a graph of Boost.Graph, in place.
//
//   using telar::graph_kind;
//   auto g = telar::graph::open("roads");
//   const telar::bgl::snapshot<graph_kind::undirected, double> then(g.snapshot());
//   boost::dijkstra_shortest_paths(then, 0u,
//                                  boost::distance_map(&distance[0]));
//
// `snapshot` reads a graph as it was at one moment, whatever others do;  `view`
// reads the live graph, which others change meanwhile;  `graph` owns one, can be
// changed, copies as `adjacency_list` does, and is what generic code makes
// temporaries of.  All behave as `adjacency_list<vecS, vecS, …>` of the same
// kind: adjacencies in the order of insertion, parallel edges, a loop twice in the
// adjacency of an undirected vertex and once among `edges(g)`.  Differences:
// `edges(g)` of every kind goes by source vertex (an undirected edge is named at
// its lower end), `add_edge` does not make the vertices that it names, and
// `remove_vertex` gives no vertex another number.
//
// Models: VertexListGraph, EdgeListGraph, IncidenceGraph, AdjacencyGraph,
// BidirectionalGraph (undirected, bidirectional), AdjacencyMatrix,
// ReadablePropertyGraph.  `graph` also: MutableGraph, MutableIncidenceGraph,
// MutableEdgeListGraph, MutableBidirectionalGraph (undirected, bidirectional),
// VertexMutablePropertyGraph, EdgeMutablePropertyGraph, PropertyGraph.
//
// Properties: `vertex_index`; `vertex_name` (keys); `edge_weight` (arithmetic
// payloads); `edge_bundle`, `g[edge]` and `&payload::member`.  Those of edges are
// written by `put`, never by assignment: an edge carries its payload at both ends.
// There is no `edge_index`: edges have no numbers.  Edge descriptors are ordered
// and hash, so a map from them serves.
//
// `copy_graph` into a `graph` writes each payload after it has inserted the edge,
// in O(degree); inserting edges with `add_edge(u, v, payload, g)` is quicker, and
// a copy of a `graph`, `view` or `snapshot` quicker still.
//
// These headers are the only ones that name Boost.Graph.
#pragma once

#include <telar/bgl/changes.hpp>
#include <telar/bgl/edge_descriptor.hpp>
#include <telar/bgl/functions.hpp>
#include <telar/bgl/graph.hpp>
#include <telar/bgl/iterators.hpp>
#include <telar/bgl/payload_map.hpp>
#include <telar/bgl/properties.hpp>
#include <telar/bgl/snapshot.hpp>
#include <telar/bgl/view.hpp>
