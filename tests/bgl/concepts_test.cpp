// tests/bgl/concepts_test.cpp: Boost's own checks of what a view, a snapshot and a
// graph of each kind and payload model.
#include <boost/graph/graph_concepts.hpp>
#include <catch2/catch.hpp>

#include <telar/bgl.hpp>

namespace {

using telar::graph_kind;

struct road {
  float length;
  int lanes;
};

template <typename Graph>
void models_what_all_kinds_do() {
  using boost::graph_traits;
  BOOST_CONCEPT_ASSERT((boost::concepts::VertexListGraph<Graph>));
  BOOST_CONCEPT_ASSERT((boost::concepts::EdgeListGraph<Graph>));
  BOOST_CONCEPT_ASSERT((boost::concepts::VertexAndEdgeListGraph<Graph>));
  BOOST_CONCEPT_ASSERT((boost::concepts::IncidenceGraph<Graph>));
  BOOST_CONCEPT_ASSERT((boost::concepts::AdjacencyGraph<Graph>));
  BOOST_CONCEPT_ASSERT((boost::concepts::AdjacencyMatrix<Graph>));
  using vertex = typename graph_traits<Graph>::vertex_descriptor;
  using edge = typename graph_traits<Graph>::edge_descriptor;
  BOOST_CONCEPT_ASSERT(
      (boost::concepts::ReadablePropertyGraph<Graph, vertex,
                                              boost::vertex_index_t>));
  BOOST_CONCEPT_ASSERT(
      (boost::concepts::ReadablePropertyGraph<Graph, vertex,
                                              boost::vertex_name_t>));
  BOOST_CONCEPT_ASSERT(
      (boost::concepts::ReadablePropertyGraph<Graph, edge, boost::edge_all_t>));
  BOOST_CONCEPT_ASSERT((boost::LessThanComparable<edge>));
  static_assert(boost::is_multigraph<Graph>::value);
}

template <typename Graph, graph_kind Kind>
void can_be_changed() {
  BOOST_CONCEPT_ASSERT((boost::concepts::MutableGraph<Graph>));
  BOOST_CONCEPT_ASSERT((boost::concepts::MutableIncidenceGraph<Graph>));
  BOOST_CONCEPT_ASSERT((boost::concepts::MutableEdgeListGraph<Graph>));
  BOOST_CONCEPT_ASSERT((boost::concepts::VertexMutablePropertyGraph<Graph>));
  BOOST_CONCEPT_ASSERT((boost::concepts::EdgeMutablePropertyGraph<Graph>));
  if constexpr (Kind != graph_kind::directed) {
    BOOST_CONCEPT_ASSERT((boost::concepts::MutableBidirectionalGraph<Graph>));
  }
  static_assert(boost::is_mutable_property_graph<Graph>::value);
}

template <typename Graph>
void cannot_be_changed() {
  static_assert(!boost::graph_has_add_vertex<Graph>::value);
  static_assert(!boost::graph_has_add_edge<Graph>::value);
  static_assert(!boost::graph_has_remove_vertex<Graph>::value);
  static_assert(!boost::graph_has_remove_edge<Graph>::value);
}

template <typename Graph, graph_kind Kind>
void models_its_kind() {
  if constexpr (Kind != graph_kind::directed) {
    BOOST_CONCEPT_ASSERT((boost::concepts::BidirectionalGraph<Graph>));
  }
  static_assert(boost::is_bidirectional_graph<Graph>::value ==
                (Kind != graph_kind::directed));
  static_assert(boost::is_directed_graph<Graph>::value ==
                (Kind != graph_kind::undirected));
}

template <typename Graph, typename Payload>
void models_its_payload() {
  using edge = typename boost::graph_traits<Graph>::edge_descriptor;
  if constexpr (!std::is_void_v<Payload>) {
    BOOST_CONCEPT_ASSERT(
        (boost::concepts::ReadablePropertyGraph<Graph, edge,
                                                boost::edge_bundle_t>));
  }
  if constexpr (std::is_arithmetic_v<Payload>) {
    BOOST_CONCEPT_ASSERT(
        (boost::concepts::ReadablePropertyGraph<Graph, edge,
                                                boost::edge_weight_t>));
  }
  if constexpr (std::is_class_v<Payload>) {
    BOOST_CONCEPT_ASSERT((
        boost::concepts::ReadablePropertyGraph<Graph, edge, float Payload::*>));
  }
}

template <typename Graph, typename Payload>
void payload_can_be_put() {
  using edge = typename boost::graph_traits<Graph>::edge_descriptor;
  BOOST_CONCEPT_ASSERT(
      (boost::concepts::PropertyGraph<Graph, edge, boost::edge_all_t>));
  if constexpr (!std::is_void_v<Payload>) {
    BOOST_CONCEPT_ASSERT(
        (boost::concepts::PropertyGraph<Graph, edge, boost::edge_bundle_t>));
  }
  if constexpr (std::is_arithmetic_v<Payload>) {
    BOOST_CONCEPT_ASSERT(
        (boost::concepts::PropertyGraph<Graph, edge, boost::edge_weight_t>));
  }
  if constexpr (std::is_class_v<Payload>) {
    BOOST_CONCEPT_ASSERT(
        (boost::concepts::PropertyGraph<Graph, edge, float Payload::*>));
  }
}

template <typename Graph, graph_kind Kind, typename Payload>
void can_be_read() {
  models_what_all_kinds_do<Graph>();
  models_its_kind<Graph, Kind>();
  models_its_payload<Graph, Payload>();
}

template <graph_kind Kind, typename Payload>
void models() {
  using view = telar::bgl::view<Kind, Payload>;
  using snapshot = telar::bgl::snapshot<Kind, Payload>;
  using graph = telar::bgl::graph<Kind, Payload>;
  can_be_read<view, Kind, Payload>();
  can_be_read<snapshot, Kind, Payload>();
  can_be_read<graph, Kind, Payload>();
  cannot_be_changed<view>();
  cannot_be_changed<snapshot>();
  can_be_changed<graph, Kind>();
  payload_can_be_put<graph, Payload>();
  static_assert(std::is_trivially_copyable_v<view>);
  static_assert(std::is_nothrow_move_constructible_v<graph>);
}

template <graph_kind Kind>
void models_with_every_payload() {
  models<Kind, void>();
  models<Kind, float>();
  models<Kind, double>();
  models<Kind, road>();
}

}  // namespace

TEST_CASE(
    "view, snapshot and graph of each kind and payload model Boost's concepts",
    "[bgl][model]") {
  models_with_every_payload<graph_kind::undirected>();
  models_with_every_payload<graph_kind::directed>();
  models_with_every_payload<graph_kind::bidirectional>();
  SUCCEED("it compiles");
}
