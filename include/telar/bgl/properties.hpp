// telar/bgl/properties.hpp: the property maps of a view or graph.
#pragma once

#include <string>
#include <type_traits>

#include <boost/graph/properties.hpp>
#include <boost/property_map/function_property_map.hpp>
#include <boost/property_map/property_map.hpp>

#include <telar/bgl/view.hpp>

namespace telar::bgl {

namespace detail {

template <typename Edge, typename Payload>
struct read_payload {
  Payload operator()(const Edge& e) const {
    return e.template payload<Payload>();
  }
};

template <typename Edge, typename Payload, typename Member>
struct read_member {
  Member Payload::*member = nullptr;
  Member operator()(const Edge& e) const {
    return e.template payload<Payload>().*member;
  }
};

template <typename Source>
struct read_name {
  const Source* graph = nullptr;
  std::string operator()(vertex_id v) const {
    switch (graph->keys()) {
      case key_kind::string:
        return std::string(graph->key(v));
      case key_kind::u64:
        return std::to_string(graph->key_number(v));
      case key_kind::none:
        break;
    }
    return std::to_string(v);
  }
};

/// The map of a graph that has nothing to say, which `copy_graph` wants to
/// write as well.
template <typename Key>
struct nothing_map {
  using key_type = Key;
  using value_type = boost::no_property;
  using reference = value_type;
  using category = boost::read_write_property_map_tag;

  friend value_type get(const nothing_map&, const Key&) { return {}; }
  friend void put(const nothing_map&, const Key&, const value_type&) {}
};

/// Which map a tag means, and how to make it.  Undefined: no such property.
template <typename View, typename Tag>
struct map_of;

template <graph_kind K, typename P, typename S>
struct map_of<view<K, P, S>, boost::vertex_index_t> {
  using type = boost::typed_identity_property_map<vertex_id>;
  static type make(boost::vertex_index_t, const view<K, P, S>&) { return {}; }
};

template <graph_kind K, typename P, typename S>
struct map_of<view<K, P, S>, boost::vertex_name_t> {
  using type =
      boost::function_property_map<read_name<S>, vertex_id, std::string>;
  static type make(boost::vertex_name_t, const view<K, P, S>& g) {
    return read_name<S>{&g.handle()};
  }
};

template <graph_kind K, typename P, typename S>
struct map_of<view<K, P, S>, boost::vertex_all_t> {
  using type = nothing_map<vertex_id>;
  static type make(boost::vertex_all_t, const view<K, P, S>&) { return {}; }
};

template <graph_kind K, typename P, typename S>
struct payload_map_of {
  using edge = edge_descriptor<K, S>;
  using type = boost::function_property_map<read_payload<edge, P>, edge, P>;
  template <typename Tag>
  static type make(Tag, const view<K, P, S>&) {
    return {};
  }
};

template <graph_kind K, typename P, typename S>
requires(!std::is_void_v<P>) struct map_of<view<K, P, S>, boost::edge_bundle_t>
    : payload_map_of<K, P, S> {
};

template <graph_kind K, typename P, typename S>
struct map_of<view<K, P, S>, boost::edge_all_t> : payload_map_of<K, P, S> {};

template <graph_kind K, typename S>
struct map_of<view<K, void, S>, boost::edge_all_t> {
  using type = nothing_map<edge_descriptor<K, S>>;
  static type make(boost::edge_all_t, const view<K, void, S>&) { return {}; }
};

template <graph_kind K, typename P, typename S>
requires(
    std::is_arithmetic_v<P>) struct map_of<view<K, P, S>, boost::edge_weight_t>
    : payload_map_of<K, P, S> {
};

template <graph_kind K, typename P, typename S, typename Member>
struct map_of<view<K, P, S>, Member P::*> {
  using edge = edge_descriptor<K, S>;
  using read = read_member<edge, P, Member>;
  using type = boost::function_property_map<read, edge, Member>;
  static type make(Member P::*member, const view<K, P, S>&) {
    return read{member};
  }
};

}  // namespace detail

/// The map of `vertex_index`; `vertex_name` (the key, or without keys the
/// number); `edge_weight`; `edge_bundle`; or a member of the payload.
/// Complexity: O(1), as is reading it.
template <graph_kind K, typename P, typename S, typename Tag>
typename detail::map_of<view<K, P, S>, Tag>::type get(Tag tag,
                                                      const view<K, P, S>& g) {
  return detail::map_of<view<K, P, S>, Tag>::make(tag, g);
}

/// The value of that map for a vertex or edge.
template <graph_kind K, typename P, typename S, typename Tag,
          typename Map = typename detail::map_of<view<K, P, S>, Tag>::type>
typename Map::value_type get(Tag tag, const view<K, P, S>& g,
                             const typename Map::key_type& key) {
  return get(get(tag, g), key);
}

}  // namespace telar::bgl

namespace boost {

template <telar::graph_kind K, typename P, typename S, typename Tag>
struct property_map<telar::bgl::view<K, P, S>, Tag> {
  using type =
      typename telar::bgl::detail::map_of<telar::bgl::view<K, P, S>, Tag>::type;
  using const_type = type;
};

}  // namespace boost
