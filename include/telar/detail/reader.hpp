// telar/detail/reader.hpp: the inlined half of reading: a word, its block, and
// whether this thread has pinned.  Not part of the API.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include <telar/detail/layout.hpp>
#include <telar/types.hpp>

namespace telar::detail {

/// The attachment that this thread used last.  Plain data, so that the inlined
/// check needs no initialisation guard; src/participant/attach.cpp owns it.
struct last_attachment {
  std::uint64_t core =
      0;  ///< Serial number of the handle's core; never reused.
  std::uint64_t generation = 0;
  /// Changes in a forked child: what was attached before was the parent.
  const std::atomic<std::uint64_t>* process_generation = nullptr;
  detail::slot* slot = nullptr;
};
extern thread_local constinit last_attachment this_thread;

/// Returns this thread's slot in that core, or null if it has to be looked up.
inline detail::slot* attached_slot(std::uint64_t core) noexcept {
  const last_attachment& last = this_thread;
  if (last.core != core) return nullptr;
  // Relaxed: only this thread's own fork can have changed it.
  if (last.process_generation->load(std::memory_order_relaxed) !=
      last.generation) {
    return nullptr;
  }
  return last.slot;
}

/// What a payload type is, in 8 bytes: compared at each typed access.
inline std::uint64_t fingerprint(const payload_type& type) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  const auto add = [&](std::uint64_t value) {
    hash = (hash ^ value) * 0x100000001b3u;
  };
  add(type.size);
  add(type.alignment);
  for (const char c : type.name) add(static_cast<unsigned char>(c));
  return hash;
}

[[noreturn]] void fail_corrupt_word(std::uint64_t word);

/// An adjacency with its payloads, from one load of its word.
template <typename T>
struct half_edges {
  std::span<const vertex_id> targets;
  std::span<const T> payloads;
};

struct reader {
  const vertex_header* vertices = nullptr;
  const word64* in_words = nullptr;  ///< Null unless bidirectional.
  const std::byte* origin =
      nullptr;  ///< Address of unit 0 in the data mapping.
  const word64* vertex_count = nullptr;
  std::uint64_t core = 0;
  std::uint64_t first_unit = 0;  ///< Of the extents …
  std::uint64_t unit_count = 0;  ///< … and how many there are.
  std::uint64_t payload_fingerprint = 0;
  std::uint32_t payload_size = 0;
  graph_kind kind = graph_kind::undirected;

  /// Acquire: pairs with the release of whoever added the vertex, after the
  /// memory of its header was committed.
  std::uint64_t vertex_bound() const noexcept {
    return vertex_count->load(std::memory_order_acquire);
  }
  /// Acquire: pairs with the release store of the word in apply(); whoever sees
  /// the word sees the entries (I2).
  std::uint64_t word(vertex_id v) const noexcept {
    return vertices[v].word.load(std::memory_order_acquire);
  }
  std::uint64_t in_word(vertex_id v) const noexcept {
    return in_words[v].load(std::memory_order_acquire);
  }
  /// The block of a word.  A word that damage or an enemy wrote must not lead
  /// outside the extents, hence the check at each use.
  const vertex_id* block(std::uint64_t word) const {
    const std::uint64_t bytes =
        capacity_of(degree_of(word)) * (sizeof(vertex_id) + payload_size);
    if (block_of(word) - first_unit > unit_count ||
        bytes > (unit_count - (block_of(word) - first_unit)) * unit)
        [[unlikely]] {
      fail_corrupt_word(word);
    }
    return reinterpret_cast<const vertex_id*>(origin + block_of(word) * unit);
  }
  std::span<const vertex_id> targets(std::uint64_t word) const {
    if (degree_of(word) == 0) return {};
    return {block(word), degree_of(word)};
  }
  template <typename T>
  half_edges<T> entries(std::uint64_t word) const {
    if (degree_of(word) == 0) return {};
    const auto capacity = capacity_of(degree_of(word));
    const auto* payloads = reinterpret_cast<const T*>(block(word) + capacity);
    return {targets(word), {payloads, degree_of(word)}};
  }
  /// Relaxed: a thread reads what it stored itself.
  bool pinned() const noexcept {
    const detail::slot* slot = attached_slot(core);
    return slot && slot->pin.load(std::memory_order_relaxed) != 0;
  }
};

/// Calls `visit` for the edges that are named at `v`: all of a directed graph,
/// those to higher vertices of an undirected one, and every other entry of its
/// loops.
template <typename Visit>
void visit_edges(graph_kind kind, vertex_id v, std::span<const vertex_id> all,
                 Visit& visit) {
  bool second_half = false;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (kind == graph_kind::undirected) {
      if (all[i] < v) continue;
      if (all[i] == v && (second_half = !second_half, !second_half)) continue;
    }
    visit(edge{v, all[i], i});
  }
}

}  // namespace telar::detail
