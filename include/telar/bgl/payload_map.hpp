// telar/bgl/payload_map.hpp: the property maps of a `graph`, those of payloads
// with `put`.
#pragma once

#include <string>
#include <type_traits>

#include <boost/pending/property.hpp>
#include <boost/property_map/property_map.hpp>

#include <telar/bgl/graph.hpp>
#include <telar/bgl/properties.hpp>

namespace telar::bgl {

/// Whether `put` makes a new version of a payload, or overwrites it: see `set`
/// and `set_unversioned` of `telar::graph`.
enum class writing : bool { versioned, in_place };

namespace detail {

/// What a map is about: the payload itself …
template <typename P>
struct whole {
  using value_type = P;
  static P of(const P& payload) { return payload; }
  template <typename Edge>
  static P changed(const Edge&, const P& value) {
    return value;
  }
};
/// … or a member of it.
template <typename P, typename Member>
struct part {
  using value_type = Member;
  Member P::*member = nullptr;
  Member of(const P& payload) const { return payload.*member; }
  template <typename Edge>
  P changed(const Edge& e, const Member& value) const {
    P payload = e.template payload<P>();
    payload.*member = value;
    return payload;
  }
};

}  // namespace detail

/// A map from edges to what they carry, or to a part of it.
///
/// `put` of a part reads the whole and writes it back: of two who do so to one
/// edge at once, the later one prevails.  It throws `bad_argument` when the edge
/// is not there any more, and else as `telar::graph::set`.
/// Complexity: of `get` O(1), of `put` O(degrees of both ends); both O(degree)
/// for in-edges of a bidirectional graph.
/// Concurrency: concurrent; `put` ends the calling thread's iterators.
/// If the process is killed inside `put`: the edge has one payload or the other.
template <graph_kind Kind, typename Payload, typename Part, writing How>
class payload_map {
 public:
  using key_type = edge_descriptor<Kind>;
  using value_type = typename Part::value_type;
  using reference = value_type;
  using category = boost::read_write_property_map_tag;

  payload_map() = default;
  explicit payload_map(telar::graph& g, Part which = {})
      : graph_(&g), which_(which) {}

  friend value_type get(const payload_map& map, const key_type& e) {
    return map.which_.of(e.template payload<Payload>());
  }
  friend void put(const payload_map& map, const key_type& e,
                  const value_type& value) {
    map.store(e, map.which_.changed(e, value));
  }
  /// What `adjacency_list` says an edge carries, when `copy_graph` copies it.
  template <typename Tag, typename T>
  friend void put(const payload_map& map, const key_type& e,
                  const boost::property<Tag, T>& value) {
    put(map, e, value_type(value.m_value));
  }
  friend void put(const payload_map&, const key_type&, boost::no_property) {}

 private:
  void store(const key_type& e, const Payload& changed) const {
    const auto entry = e.entry();
    bool done = false;
    if (entry) {
      if constexpr (How == writing::versioned) {
        done = graph_->set(*entry, changed);
      } else {
        done = graph_->set_unversioned(*entry, changed);
      }
    }
    if (done) return;
    throw error(errc::bad_argument,
                graph_->name() + ": the edge " + std::to_string(e.source()) +
                    "–" + std::to_string(e.target()) +
                    " is not where it was found; others have removed it or one "
                    "before it.  Find it again, with edge(u, v, g).");
  }

  telar::graph* graph_ = nullptr;
  [[no_unique_address]] Part which_;
};

namespace detail {

/// Which map a tag means for a graph that can be changed: that of a view …
template <graph_kind K, typename P, typename Tag, writing How>
struct writable_map_of : map_of<view<K, P, telar::graph>, Tag> {};

/// … but for payloads.
template <graph_kind K, typename P, writing How>
struct writable_payload_map_of {
  using type = payload_map<K, P, whole<P>, How>;
  template <typename Tag>
  static type make(Tag, graph<K, P>& g) {
    return type(g.handle());
  }
};

template <graph_kind K, typename P, writing How>
requires(
    !std::is_void_v<P>) struct writable_map_of<K, P, boost::edge_all_t, How>
    : writable_payload_map_of<K, P, How> {
};
template <graph_kind K, typename P, writing How>
requires(
    !std::is_void_v<P>) struct writable_map_of<K, P, boost::edge_bundle_t, How>
    : writable_payload_map_of<K, P, How> {
};
template <graph_kind K, typename P, writing How>
requires(std::is_arithmetic_v<P>) struct writable_map_of<
    K, P, boost::edge_weight_t, How> : writable_payload_map_of<K, P, How> {
};
template <graph_kind K, typename P, typename Member, writing How>
struct writable_map_of<K, P, Member P::*, How> {
  using type = payload_map<K, P, part<P, Member>, How>;
  static type make(Member P::*member, graph<K, P>& g) {
    return type(g.handle(), {member});
  }
};

}  // namespace detail

/// The map of a property, as of a view; those of payloads can be written, with
/// `telar::graph::set`.
template <graph_kind K, typename P, typename Tag>
typename detail::writable_map_of<K, P, Tag, writing::versioned>::type get(
    Tag tag, graph<K, P>& g) {
  return detail::writable_map_of<K, P, Tag, writing::versioned>::make(tag, g);
}

/// The same, written with `telar::graph::set_unversioned`: for `edge_weight`,
/// `edge_bundle` or a member, of payloads of 1, 2, 4 or 8 bytes.  Snapshots see
/// the change, readers may see one end's before the other's, and no memory is
/// used.
template <graph_kind K, typename P, typename Tag>
typename detail::writable_map_of<K, P, Tag, writing::in_place>::type
unversioned(Tag tag, graph<K, P>& g) {
  return detail::writable_map_of<K, P, Tag, writing::in_place>::make(tag, g);
}

/// Gives an edge another value of that map.
template <graph_kind K, typename P, typename Tag,
          typename Map = typename detail::writable_map_of<
              K, P, Tag, writing::versioned>::type>
void put(Tag tag, graph<K, P>& g, const typename Map::key_type& key,
         const typename Map::value_type& value) {
  put(get(tag, g), key, value);
}

}  // namespace telar::bgl

namespace boost {

template <telar::graph_kind K, typename P, typename Tag>
struct property_map<telar::bgl::graph<K, P>, Tag> {
  using type = typename telar::bgl::detail::writable_map_of<
      K, P, Tag, telar::bgl::writing::versioned>::type;
  using const_type =
      typename property_map<telar::bgl::view<K, P>, Tag>::const_type;
};

}  // namespace boost
