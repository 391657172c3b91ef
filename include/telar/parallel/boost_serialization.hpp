// telar/parallel/boost_serialization.hpp: with this header, every class that
// Boost.Serialization knows travels between processes.
//
// Link Boost::serialization.  The headers of what it is to know (as
// <boost/serialization/map.hpp>) are the program's to include.
#pragma once

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/stream.hpp>
#include <string>
#include <type_traits>

#include <telar/parallel/codec.hpp>

namespace telar::parallel {

/// A codec by Boost's binary archives, for a type that is copied and made
/// without arguments.
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
    boost::archive::binary_iarchive archive(stream, flags);
    T value;
    archive >> value;
    return value;
  }
};

template <typename T>
requires(std::is_class_v<T>&& std::is_copy_constructible_v<T>&&
             std::is_default_constructible_v<T> &&
         !std::is_trivially_copyable_v<T> && !has_own_codec<T>) struct codec<T>
    : boost_codec<T> {
};

}  // namespace telar::parallel
