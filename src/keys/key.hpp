// keys/key.hpp: a key as the table sees it: bytes, and where they belong.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include <telar/detail/layout.hpp>

namespace telar::detail {

inline std::uint64_t reverse_bits(std::uint64_t x) {
  x = (x >> 1 & 0x5555555555555555u) | (x & 0x5555555555555555u) << 1;
  x = (x >> 2 & 0x3333333333333333u) | (x & 0x3333333333333333u) << 2;
  x = (x >> 4 & 0x0f0f0f0f0f0f0f0fu) | (x & 0x0f0f0f0f0f0f0f0fu) << 4;
  return __builtin_bswap64(x);
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
inline std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

struct key {
  std::string_view bytes;
  std::uint64_t hash;
  std::uint64_t order;  ///< Of its record: reversed hash, lowest bit set.

  /// Hashes in eight-byte steps.  Part of the format: all processes must agree.
  /// The seed is the graph's own, so that nobody can prepare colliding keys.
  key(std::string_view text, std::uint64_t seed) : bytes(text), hash(seed) {
    std::size_t i = 0;
    std::uint64_t word = 0;
    for (; i + sizeof word <= text.size(); i += sizeof word) {
      std::memcpy(&word, text.data() + i, sizeof word);
      hash = mix(hash ^ word);
    }
    word = 0;
    std::memcpy(&word, text.data() + i, text.size() - i);
    hash = mix(hash ^ word ^ std::uint64_t{text.size()} << 56);
    order = reverse_bits(hash) | 1;
  }
};

/// Units of a record whose key has this many bytes.
constexpr std::uint64_t record_units(std::uint64_t length) {
  return (sizeof(key_record) + length + unit - 1) / unit;
}
inline constexpr std::uint64_t sentinel_units = 1;

inline bool is_sentinel(const key_node& node) { return (node.order & 1) == 0; }

inline std::string_view text_of(const key_record& record) {
  return {reinterpret_cast<const char*>(&record) + sizeof(key_record),
          record.length.load(std::memory_order_relaxed)};
}

}  // namespace telar::detail
