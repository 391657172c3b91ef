// Vertices and their keys.
#include <algorithm>
#include <cstring>

#include "adjacency/vertex_edit.hpp"
#include "error/raise.hpp"
#include "graph/core.hpp"

namespace telar {
namespace {

constexpr std::size_t longest_key = 65'535;

void require_keys(const detail::core& c, key_kind wanted) {
  const auto kind = static_cast<key_kind>(c.memory.what().keys);
  if (kind == wanted) [[likely]]
    return;
  detail::raise(errc::bad_argument,
                c.memory.name() + " has " + std::string(to_string(kind)) +
                    " keys, not " + std::string(to_string(wanted)) + ".");
}

std::string_view bytes_of(const std::uint64_t& number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

/// Prepares for a vertex count that is about to be published.
void make_room(detail::core& c, std::uint64_t count, std::uint64_t more) {
  detail::segment& memory = c.memory;
  const std::uint64_t most = memory.geometry().max_vertices;
  if (count > most || more > most - count) {
    detail::raise(errc::no_space,
                  memory.name() + " cannot have " + std::to_string(more) +
                      " vertices more than its " + std::to_string(count) +
                      ": its reserve holds " + std::to_string(most) +
                      " (and no graph 2^32).");
  }
  memory.grow_vertices(count + more);
}

void begin_adding(detail::core& c) {
  if (c.memory.keyed()) {
    detail::raise(errc::bad_argument,
                  c.memory.name() +
                      " has keys: a vertex is added by its key, "
                      "with vertex(key).");
  }
  (void)c.who.mine();  // Whoever changes a graph is on its list.
}

}  // namespace

vertex_id graph::add_vertices(std::uint64_t count) {
  begin_adding(*core_);
  if (count == 1 && detail::get(core_->memory.clocks().removals) != 0) {
    detail::vertex_editor by(core_->memory, core_->who, core_->space,
                             core_->wait);
    if (const auto again = by.reuse()) return *again;
  }
  detail::word64& bound = core_->memory.clocks().vertex_count;
  std::uint64_t first = bound.load(std::memory_order_relaxed);
  do {
    make_room(*core_, first, count);
    // Release: pairs with reader::vertex_bound().
  } while (!bound.compare_exchange_weak(first, first + count,
                                        std::memory_order_release,
                                        std::memory_order_relaxed));
  return static_cast<vertex_id>(first);
}

void graph::grow_to(std::uint64_t count) {
  begin_adding(*core_);
  make_room(*core_, 0, count);
  detail::raise_to(core_->memory.clocks().vertex_count, count);
}

vertex_id graph::vertex(std::string_view key) {
  require_keys(*core_, key_kind::string);
  if (key.size() > longest_key) {
    detail::raise(errc::bad_argument,
                  name() + ": a key has at most 65535 bytes, not " +
                      std::to_string(key.size()) + ".");
  }
  return core_->keys.get_or_add(key);
}

vertex_id graph::vertex(std::uint64_t key) {
  require_keys(*core_, key_kind::u64);
  return core_->keys.get_or_add(bytes_of(key));
}

std::optional<vertex_id> graph::find(std::string_view key) const {
  return core_->find(key);
}
std::optional<vertex_id> graph::find(std::uint64_t key) const {
  return core_->find(key);
}
std::string_view graph::key(vertex_id v) const {
  return core_->key(checked(v));
}
std::uint64_t graph::key_number(vertex_id v) const {
  return core_->key_number(checked(v));
}

namespace detail {

std::optional<vertex_id> core::find(std::string_view key) const {
  require_keys(*this, key_kind::string);
  return keys.find(key);
}

std::optional<vertex_id> core::find(std::uint64_t key) const {
  require_keys(*this, key_kind::u64);
  return keys.find(bytes_of(key));
}

std::string_view core::key(vertex_id v) const {
  require_keys(*this, key_kind::string);
  return keys.of(v);
}

std::uint64_t core::key_number(vertex_id v) const {
  require_keys(*this, key_kind::u64);
  const std::string_view bytes = keys.of(v);
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), std::min(bytes.size(), sizeof number));
  return number;
}

}  // namespace detail
}  // namespace telar
