// telar/parallel/codec.hpp: how values travel between processes.
//
// Trivially copyable values travel as their bytes, through shared memory.  So
// do strings, vectors, pairs, tuples and optionals of what travels, and whatever
// Boost.Serialization knows (telar/parallel/boost_serialization.hpp, part of
// telar/parallel.hpp).  Any other type needs a `codec`: write one,
//
//   template <>
//   struct telar::parallel::codec<polygon> {
//     static void encode(const polygon& value, byte_writer& to);
//     static polygon decode(byte_reader& from);
//   };
#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace telar::parallel {

/// Bytes that are being written.
class byte_writer {
 public:
  void write(const void* bytes, std::size_t size) {
    const auto* const from = static_cast<const std::byte*>(bytes);
    bytes_.insert(bytes_.end(), from, from + size);
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

/// Bytes that are being read, from the front.
class byte_reader {
 public:
  explicit byte_reader(std::span<const std::byte> bytes) : left_(bytes) {}
  /// Throws `corrupt` when there are not as many.
  void read(void* to, std::size_t size) {
    std::memcpy(to, take(size).data(), size);
  }
  /// The next `count` things of `size` bytes.  Throws likewise.
  [[nodiscard]] std::span<const std::byte> take(std::size_t count,
                                                std::size_t size = 1);
  [[nodiscard]] std::size_t left() const noexcept { return left_.size(); }

 private:
  std::span<const std::byte> left_;
};

/// How values of type `T` travel.  Not defined: they do not.
template <typename T>
struct codec;

template <typename T>
concept has_codec = requires(const T& value, byte_writer& to,
                             byte_reader& from) {
  codec<T>::encode(value, to);
  { codec<T>::decode(from) } -> std::same_as<T>;
};

/// Whether values of type `T` can be passed between processes as bytes.
template <typename T>
concept transportable = std::is_trivially_copyable_v<T> || has_codec<T>;

template <typename T>
void encode(const T& value, byte_writer& to) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    to.write(std::addressof(value), sizeof(T));
  } else {
    codec<T>::encode(value, to);
  }
}

template <typename T>
[[nodiscard]] T decode(byte_reader& from) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    alignas(T) std::byte bytes[sizeof(T)];
    from.read(bytes, sizeof(T));
    return *std::launder(reinterpret_cast<T*>(bytes));
  } else {
    return codec<T>::decode(from);
  }
}

template <>
struct codec<std::string> {
  static void encode(const std::string& value, byte_writer& to) {
    parallel::encode(value.size(), to);
    to.write(value.data(), value.size());
  }
  static std::string decode(byte_reader& from) {
    const auto size = parallel::decode<std::size_t>(from);
    const auto bytes = from.take(size);
    return {reinterpret_cast<const char*>(bytes.data()), size};
  }
};

template <transportable T>
struct codec<std::vector<T>> {
  static void encode(const std::vector<T>& value, byte_writer& to) {
    parallel::encode(value.size(), to);
    if constexpr (std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>) {
      to.write(value.data(), value.size() * sizeof(T));
    } else {
      for (const auto& each : value) parallel::encode<T>(each, to);
    }
  }
  static std::vector<T> decode(byte_reader& from) {
    const auto size = parallel::decode<std::size_t>(from);
    std::vector<T> value;
    if constexpr (std::is_trivially_copyable_v<T> &&
                  std::is_default_constructible_v<T> &&
                  !std::is_same_v<T, bool>) {
      const auto bytes = from.take(size, sizeof(T));
      value.resize(size);
      if (size > 0) std::memcpy(value.data(), bytes.data(), bytes.size());
    } else {
      // Not reserved: a size that is wrong ends at the end of the bytes.
      for (auto left = size; left > 0; --left) {
        value.push_back(parallel::decode<T>(from));
      }
    }
    return value;
  }
};

template <transportable T>
requires(!std::is_trivially_copyable_v<std::optional<T>>) struct codec<
    std::optional<T>> {
  static void encode(const std::optional<T>& value, byte_writer& to) {
    parallel::encode(value.has_value(), to);
    if (value) parallel::encode(*value, to);
  }
  static std::optional<T> decode(byte_reader& from) {
    if (!parallel::decode<bool>(from)) return std::nullopt;
    return parallel::decode<T>(from);
  }
};

template <transportable First, transportable Second>
requires(!std::is_trivially_copyable_v<std::pair<First, Second>>) struct codec<
    std::pair<First, Second>> {
  static void encode(const std::pair<First, Second>& value, byte_writer& to) {
    parallel::encode(value.first, to);
    parallel::encode(value.second, to);
  }
  static std::pair<First, Second> decode(byte_reader& from) {
    First first = parallel::decode<First>(from);
    return {std::move(first), parallel::decode<Second>(from)};
  }
};

template <transportable... Ts>
requires(!std::is_trivially_copyable_v<std::tuple<Ts...>>) struct codec<
    std::tuple<Ts...>> {
  static void encode(const std::tuple<Ts...>& value, byte_writer& to) {
    std::apply([&](const Ts&... each) { (parallel::encode(each, to), ...); },
               value);
  }
  static std::tuple<Ts...> decode(byte_reader& from) {
    // Braces: in this order.
    return std::tuple<Ts...>{parallel::decode<Ts>(from)...};
  }
};

/// The types that have a codec here, which Boost.Serialization leaves alone.
template <typename T>
inline constexpr bool has_own_codec = false;
template <>
inline constexpr bool has_own_codec<std::string> = true;
template <typename T>
inline constexpr bool has_own_codec<std::vector<T>> = true;
template <typename T>
inline constexpr bool has_own_codec<std::optional<T>> = true;
template <typename First, typename Second>
inline constexpr bool has_own_codec<std::pair<First, Second>> = true;
template <typename... Ts>
inline constexpr bool has_own_codec<std::tuple<Ts...>> = true;

}  // namespace telar::parallel
