// The division of the address range, and the fingerprint of the layout.
#include "segment/geometry.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace telar::detail {
namespace {

std::uint64_t round_up(std::uint64_t value, std::uint64_t to) {
  return (value + to - 1) / to * to;
}

}  // namespace

geometry divide(std::uint64_t reserve, std::uint64_t feed_bytes) {
  // The last ids are kept free: no_vertex, and vertex + 1 in key records.
  constexpr std::uint64_t most_vertices = (std::uint64_t{1} << 32) - 512;

  geometry g;
  g.reserve = reserve / page * page;
  g.max_vertices = std::min(reserve / 128 / 512 * 512, most_vertices);
  g.max_buckets = std::bit_floor(g.max_vertices);

  std::uint64_t end = control_bytes;
  const auto take = [&](std::uint64_t bytes) {
    const std::uint64_t begin = end;
    end = round_up(end + bytes, page);
    return begin;
  };
  g.vertices = take(g.max_vertices * sizeof(vertex_header));
  g.in_words = take(g.max_vertices * sizeof(word64));
  g.versions = take(g.max_vertices * sizeof(word64));
  g.key_refs = take(g.max_vertices * sizeof(word64));
  g.buckets = take(bucket_array_offset + g.max_buckets * sizeof(word64));
  g.extent_owners = take((g.reserve - end) / extent_bytes * sizeof(word32));
  g.changes = take(feed_bytes);
  g.extents = round_up(end, extent_bytes);
  g.max_extents = (g.reserve - g.extents) / extent_bytes;

  g.columns = g.reserve;
  g.cells_bytes = round_up(g.max_vertices * 8, page);
  g.text_bytes = 4 * g.cells_bytes;
  return g;
}

std::uint64_t abi_fingerprint() {
  const std::uint64_t facts[] = {
      sizeof(void*),
      page,
      unit,
      extent_bytes,
      degree_bits,
      max_slots,
      sizeof(superblock),
      sizeof(clocks),
      sizeof(slot),
      offsetof(slot, intent),
      offsetof(slot, queues),
      sizeof(vertex_header),
      sizeof(bag),
      sizeof(key_record),
      sizeof(version),
      sizeof(snapshot_table),
      sizeof(change_entry),
      sizeof(intent),
      sizeof(pthread_mutex_t),
      bag_entries,
      queue_count,
  };
  return checksum(facts, sizeof facts);
}

std::uint64_t checksum(const void* bytes, std::uint64_t size) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto* byte = static_cast<const unsigned char*>(bytes);
  for (std::uint64_t i = 0; i < size; ++i) {
    hash = (hash ^ byte[i]) * 0x100000001b3u;
  }
  return hash;
}

}  // namespace telar::detail
