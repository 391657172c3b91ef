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

template <graph_kind Kind, typename Payload>
struct read_payload {
  Payload operator()(const edge_descriptor<Kind>& e) const {
    return e.template payload<Payload>();
  }
};

template <graph_kind Kind, typename Payload, typename Member>
struct read_member {
  Member Payload::*member = nullptr;
  Member operator()(const edge_descriptor<Kind>& e) const {
    return e.template payload<Payload>().*member;
  }
};

struct read_name {
  const telar::graph* graph = nullptr;
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
template <graph_kind Kind, typename Payload, typename Tag>
struct map_of;

template <graph_kind K, typename P>
struct map_of<K, P, boost::vertex_index_t> {
  using type = boost::typed_identity_property_map<vertex_id>;
  static type make(boost::vertex_index_t, const view<K, P>&) { return {}; }
};

template <graph_kind K, typename P>
struct map_of<K, P, boost::vertex_name_t> {
  using type = boost::function_property_map<read_name, vertex_id, std::string>;
  static type make(boost::vertex_name_t, const view<K, P>& g) {
    return read_name{&g.handle()};
  }
};

template <graph_kind K, typename P>
struct map_of<K, P, boost::vertex_all_t> {
  using type = nothing_map<vertex_id>;
  static type make(boost::vertex_all_t, const view<K, P>&) { return {}; }
};

template <graph_kind K, typename P>
struct payload_map_of {
  using type =
      boost::function_property_map<read_payload<K, P>, edge_descriptor<K>, P>;
  template <typename Tag>
  static type make(Tag, const view<K, P>&) {
    return {};
  }
};

template <graph_kind K, typename P>
requires(!std::is_void_v<P>) struct map_of<K, P, boost::edge_bundle_t>
    : payload_map_of<K, P> {
};

template <graph_kind K, typename P>
struct map_of<K, P, boost::edge_all_t> : payload_map_of<K, P> {};

template <graph_kind K>
struct map_of<K, void, boost::edge_all_t> {
  using type = nothing_map<edge_descriptor<K>>;
  static type make(boost::edge_all_t, const view<K, void>&) { return {}; }
};

template <graph_kind K, typename P>
requires(std::is_arithmetic_v<P>) struct map_of<K, P, boost::edge_weight_t>
    : payload_map_of<K, P> {
};

template <graph_kind K, typename P, typename Member>
struct map_of<K, P, Member P::*> {
  using type = boost::function_property_map<read_member<K, P, Member>,
                                            edge_descriptor<K>, Member>;
  static type make(Member P::*member, const view<K, P>&) {
    return read_member<K, P, Member>{member};
  }
};

}  // namespace detail

/// The map of `vertex_index`; `vertex_name` (the key, or without keys the
/// number); `edge_weight`; `edge_bundle`; or a member of the payload.
/// Complexity: O(1), as is reading it.
template <graph_kind K, typename P, typename Tag>
typename detail::map_of<K, P, Tag>::type get(Tag tag, const view<K, P>& g) {
  return detail::map_of<K, P, Tag>::make(tag, g);
}

/// The value of that map for a vertex or edge.
template <graph_kind K, typename P, typename Tag>
typename detail::map_of<K, P, Tag>::type::value_type get(
    Tag tag, const view<K, P>& g,
    const typename detail::map_of<K, P, Tag>::type::key_type& key) {
  return get(get(tag, g), key);
}

}  // namespace telar::bgl

namespace boost {

template <telar::graph_kind K, typename P, typename Tag>
struct property_map<telar::bgl::view<K, P>, Tag> {
  using type = typename telar::bgl::detail::map_of<K, P, Tag>::type;
  using const_type = type;
};

}  // namespace boost
