// segment/geometry.hpp: which address range each region of a segment has.  A
// function of what the first page says, so that all processes compute the same.
#pragma once

#include <cstdint>

#include <telar/detail/column_layout.hpp>

namespace telar::detail {

inline constexpr std::uint64_t min_reserve = std::uint64_t{16} << 20;
inline constexpr std::uint64_t max_reserve = max_units * unit;

/// Offsets in bytes from the segment's beginning; see detail/layout.hpp.
struct geometry {
  std::uint64_t reserve = 0;
  std::uint64_t vertices = 0;
  std::uint64_t in_words = 0;
  std::uint64_t versions = 0;
  std::uint64_t key_refs = 0;
  std::uint64_t buckets = 0;
  std::uint64_t extent_owners = 0;
  std::uint64_t changes = 0;  ///< The feed's ring.
  std::uint64_t extents = 0;
  std::uint64_t columns = 0;      ///< The directory, beyond the reserve.
  std::uint64_t cells_bytes = 0;  ///< Address range of one column's cells …
  std::uint64_t text_bytes = 0;   ///< … and of its strings.

  std::uint64_t max_vertices = 0;
  std::uint64_t max_buckets = 0;
  std::uint64_t max_extents = 0;

  [[nodiscard]] std::uint64_t first_unit() const { return extents / unit; }
  [[nodiscard]] std::uint64_t unit_count() const {
    return max_extents * extent_units;
  }
  [[nodiscard]] std::uint64_t cells(unsigned column) const {
    return columns + directory_bytes + column * cells_bytes;
  }
  [[nodiscard]] std::uint64_t text(unsigned column) const {
    return cells(max_columns) + column * text_bytes;
  }
};

/// The head of the key list lies before the bucket array.
inline constexpr std::uint64_t bucket_array_offset = 64;

/// Divides a reserve: a vertex for each 128 bytes, so many bytes for the feed
/// of changes, the rest for extents.
/// Requires: min_reserve <= reserve <= max_reserve; a quarter for the feed.
[[nodiscard]] geometry divide(std::uint64_t reserve,
                              std::uint64_t feed_bytes = 0);

/// Of everything that two builds must agree on to share a segment.
[[nodiscard]] std::uint64_t abi_fingerprint();

/// FNV-1a, for the superblock.
[[nodiscard]] std::uint64_t checksum(const void* bytes, std::uint64_t size);

}  // namespace telar::detail
