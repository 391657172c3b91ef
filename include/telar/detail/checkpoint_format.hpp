// telar/detail/checkpoint_format.hpp: every byte of a checkpoint.  Not part of
// the API; it is installed because readers are inlined, and so that others can
// read checkpoints without this library.
//
// A checkpoint is one file, written once and never changed.  All numbers are
// little-endian and without sign.  n, m, k … stand for the header's counts.
//
//   offset             bytes            content
//   0                  1024             checkpoint_header
//   sections[i].offset sections[i].bytes  section i, for i = 0 … 9 in this order:
//
//   0 out-offsets      8 (n + 1)  u64 each, ascending, first 0, last m
//   1 out-targets      4 m        u32 each, below n
//   2 out-payloads     s m        as many bytes each as payload_size says
//   3 in-offsets       8 (n + 1)  as 0, of in-edges; last k
//   4 in-targets       4 k        their sources
//   5 in-payloads      s k        the same payload as at the edge's other entry
//   6 removed          4 r        u32 each, ascending: ids of removed vertices
//   7 key-offsets      8 (n + 1)  u64 each, ascending, first 0
//   8 keys                        texts behind each other, or u64 each
//   9 key-slots        4 h        u32 each: vertex + 1, or 0
//
// Section 0 begins at 1024; each other at the first multiple of 64 that is not
// before the end of those that precede it; bytes between are 0.  The file ends
// with its last section that is not empty.  Sections that a graph does not have
// are empty: 2 and 5 without payload, 3, 4 and 5 unless it is bidirectional, 7, 8
// and 9 without keys, and 7 if the keys are numbers.
//
// Entries offsets[v] … offsets[v + 1] - 1 are the adjacency of v, in the order of
// insertion, at most 2^28 - 1.  Undirected: an edge u–v is an entry of both u
// and v, the k-th u–v of the one is the k-th v–u of the other, and a loop is two
// entries: m is twice the number of edges.  Directed: an entry of u.
// Bidirectional: an out-entry of u and an in-entry of v.
//
// A key has at most 65,535 bytes; a removed vertex has the key that it had.  A
// vertex that is not removed is found by its key: the search begins at slot
// hash(key) mod h, and goes on to the next (after the last, to the first) until
// it meets the vertex, or a 0.  h is a power of two, and at most half of the
// slots are taken.  hash(key), where mix(x) is the finaliser of SplitMix64 (x ^=
// x >> 30; x *= 0xbf58476d1ce4e5b9; x ^= x >> 27; x *= 0x94d049bb133111eb; x ^=
// x >> 31) and a key that is a number is its 8 bytes:
//
//   h = key_seed; for each whole 8 bytes w of the key: h = mix(h ^ w);
//   w = the bytes that are left, zeros above; h = mix(h ^ w ^ length << 56)
//
// Checksums are CRC-32C (Castagnoli, reflected, as in iSCSI, RFC 3720).
//
// Who changes any of this raises `checkpoint_format`, and goes on reading all
// formats that there were: tests/checkpoint/golden has a file of each.
#pragma once

#include <cstddef>
#include <cstdint>

namespace telar::detail {

/// The first eight bytes: no text, and spoiled by whoever converts line ends.
inline constexpr std::uint8_t checkpoint_magic[8] = {0x8a, 'T', 'L',  'R',
                                                     'C',  'P', '\r', '\n'};
inline constexpr std::uint32_t checkpoint_format = 1;

struct checkpoint_section {
  std::uint64_t offset;
  std::uint64_t bytes;
  std::uint32_t checksum;  ///< Of its bytes; 0 of none.
  std::uint32_t reserved;  ///< 0, here and below.
};

enum checkpoint_part : unsigned {
  out_offsets,
  out_targets,
  out_payloads,
  in_offsets,
  in_targets,
  in_payloads,
  removed_ids,
  key_offsets,
  key_bytes,
  key_slots,
  checkpoint_parts,
};

struct checkpoint_header {
  std::uint8_t magic[8];
  std::uint32_t format;
  std::uint32_t byte_order;  ///< 0x01020304.
  std::uint64_t file_bytes;
  std::uint32_t kind;      ///< 0 undirected, 1 directed, 2 bidirectional.
  std::uint32_t parallel;  ///< Parallel edges: 0 allowed, 1 forbidden.
  std::uint32_t keys;      ///< 0 none, 1 numbers of 64 bits, 2 texts.
  std::uint32_t payload_size;
  std::uint32_t payload_alignment;  ///< 1, 2, 4, 8 or 16.
  std::uint32_t reserved;
  std::uint64_t vertices;  ///< n, below 2^32.
  std::uint64_t edges;
  std::uint64_t out_entries;  ///< m
  std::uint64_t in_entries;   ///< k
  std::uint64_t removed;      ///< r
  std::uint64_t key_seed;
  std::uint64_t key_slots;  ///< h
  std::uint64_t created;    ///< Seconds since 1970.
  std::uint32_t epoch;      ///< Of the snapshot: its number in its graph …
  std::uint32_t reserved_too;
  std::uint8_t uuid[16];  ///< … and which graph that was.
  std::uint64_t reserved_as_well;
  checkpoint_section sections[checkpoint_parts];
  char payload_name[256];  ///< "f64" …, then zeros.
  std::uint8_t nothing[380];
  std::uint32_t checksum;  ///< Of all bytes before it.
};

inline constexpr std::uint64_t checkpoint_alignment = 64;

static_assert(sizeof(checkpoint_section) == 24);
static_assert(sizeof(checkpoint_header) == 1024);
static_assert(offsetof(checkpoint_header, sections) == 144);
static_assert(offsetof(checkpoint_header, payload_name) == 384);
static_assert(offsetof(checkpoint_header, checksum) == 1020);

}  // namespace telar::detail
