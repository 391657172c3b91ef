// telar/parallel/boost_serialization.hpp: what Boost.Serialization knows travels
// between processes: classes with a `serialize`, and the standard containers of
// what it knows.  Part of telar/parallel.hpp.
//
// A class whose `serialize` is private (with boost::serialization::access as a
// friend), or which another header of Boost.Serialization is about, has to be
// named:
//
//   template <>
//   inline constexpr bool telar::parallel::known_to_boost<polygon> = true;
#pragma once

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/stream.hpp>
#include <boost/serialization/deque.hpp>
#include <boost/serialization/list.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/set.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/unordered_map.hpp>
#include <boost/serialization/unordered_set.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/vector.hpp>
#include <string>
#include <type_traits>

#include <telar/error.hpp>
#include <telar/parallel/codec.hpp>

namespace telar::parallel {

namespace detail {
template <typename T>
concept has_serialize = requires(T& value,
                                 boost::archive::binary_oarchive& archive) {
  value.serialize(archive, 0U);
}
|| requires(T& value, boost::archive::binary_oarchive& archive) {
  serialize(archive, value, 0U);  // found beside T
};
}  // namespace detail

/// Whether Boost.Serialization knows the type.
template <typename T>
inline constexpr bool known_to_boost =
    std::is_arithmetic_v<T> || std::is_enum_v<T> || detail::has_serialize<T>;
template <>
inline constexpr bool known_to_boost<std::string> = true;
template <typename T>
inline constexpr bool known_to_boost<std::vector<T>> = known_to_boost<T>;
template <typename T>
inline constexpr bool known_to_boost<std::deque<T>> = known_to_boost<T>;
template <typename T>
inline constexpr bool known_to_boost<std::list<T>> = known_to_boost<T>;
template <typename T>
inline constexpr bool known_to_boost<std::set<T>> = known_to_boost<T>;
template <typename T>
inline constexpr bool known_to_boost<std::multiset<T>> = known_to_boost<T>;
template <typename T>
inline constexpr bool known_to_boost<std::unordered_set<T>> = known_to_boost<T>;
template <typename Key, typename T>
inline constexpr bool known_to_boost<std::pair<Key, T>> =
    known_to_boost<std::remove_const_t<Key>>&& known_to_boost<T>;
template <typename Key, typename T>
inline constexpr bool known_to_boost<std::map<Key, T>> =
    known_to_boost<std::pair<Key, T>>;
template <typename Key, typename T>
inline constexpr bool known_to_boost<std::multimap<Key, T>> =
    known_to_boost<std::pair<Key, T>>;
template <typename Key, typename T>
inline constexpr bool known_to_boost<std::unordered_map<Key, T>> =
    known_to_boost<std::pair<Key, T>>;

/// A codec by Boost's binary archives, for a type that is copied and made
/// without arguments.  Reading throws `corrupt` when the bytes are no such value.
template <typename T>
struct boost_codec {
  static constexpr unsigned flags =
      boost::archive::no_header | boost::archive::no_tracking;

  static void encode(const T& value, byte_writer& to) {
    std::string bytes;
    {
      boost::iostreams::stream<
          boost::iostreams::back_insert_device<std::string>>
          stream(bytes);
      boost::archive::binary_oarchive archive(stream, flags);
      archive << value;
    }
    codec<std::string>::encode(bytes, to);
  }
  static T decode(byte_reader& from) {
    const std::string bytes = codec<std::string>::decode(from);
    boost::iostreams::stream<boost::iostreams::array_source> stream(
        bytes.data(), bytes.size());
    try {
      boost::archive::binary_iarchive archive(stream, flags);
      T value;
      archive >> value;
      return value;
    } catch (const boost::archive::archive_exception& fault) {
      throw error(
          errc::corrupt,
          std::string("a value's bytes cannot be read: ") + fault.what());
    }
  }
};

template <typename T>
requires(std::is_class_v<T>&& std::is_copy_constructible_v<T>&&
             std::is_default_constructible_v<T> &&
         !std::is_trivially_copyable_v<T> && !has_own_codec<T> &&
         known_to_boost<T>) struct codec<T> : boost_codec<T> {
};

}  // namespace telar::parallel
