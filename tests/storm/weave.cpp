// tests/storm/weave.cpp: numbers of edges, and back.
#include "storm/weave.hpp"

#include <algorithm>
#include <charconv>

#include "support/process.hpp"

namespace telar::test {
namespace {

/// splitmix64: a number's bits, well mixed.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

/// Of an odd number, modulo 2^64: each step doubles the right bits.
std::uint64_t inverse_of(std::uint64_t odd) {
  std::uint64_t x = odd;
  for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
  return x;
}

constexpr std::uint64_t key_step = 977;

std::uint64_t key_number_of(vertex_id number) {
  return std::uint64_t{number} * key_step;
}

std::string key_of(vertex_id number) {
  return "vertex " + std::to_string(number);
}

}  // namespace

weave::weave(std::mt19937_64& random)
    : factor_(random() | 1), inverse_(inverse_of(factor_)) {
  options_.kind = static_cast<graph_kind>(random() % 3);
  if (random() % 2 == 0) {
    options_.payload = payload_type::of<std::uint64_t>();
  }
  if (random() % 4 == 0) options_.parallel = parallel_edges::forbid;
  if (random() % 3 == 0) {
    options_.keys = random() % 2 == 0 ? key_kind::u64 : key_kind::string;
  }
  options_.reserve = 1u << 30;
  changing_ = random() % 2 == 0;
  crowded_ = has_payload() && !forbids() && !changing_;
  hubs_ = changing_ ? 64 : 8;
  edges_ = forbids() && !changing_ ? edges_without_parallels : tickets;
  // More than is told while somebody dies.
  if (random() % 2 == 0) options_.changes = 1 << 18;
}

std::string weave::name() const {
  std::string text(to_string(options_.kind));
  if (has_payload()) text += ", payload";
  if (forbids()) text += ", no parallel edges";
  if (keyed()) text += ", " + std::string(to_string(options_.keys)) + " keys";
  if (changing()) text += ", with removals";
  if (feeds()) text += ", followed";
  return text;
}

endpoints weave::ends(std::uint64_t edge) const {
  if (crowded_) {
    const std::uint64_t bits = mixed(edge ^ factor_);
    return {static_cast<vertex_id>(bits % few),
            static_cast<vertex_id>(bits / few % few)};
  }
  const std::uint64_t place = edge * factor_ & (edges_ - 1);
  const auto hub = static_cast<vertex_id>(place % hubs_);
  const auto spoke = static_cast<vertex_id>(hubs_ + place / hubs_);
  return mixed(edge) % 2 == 0 ? endpoints{hub, spoke} : endpoints{spoke, hub};
}

std::optional<std::uint64_t> weave::edge_between(vertex_id at, vertex_id target,
                                                 std::uint64_t payload) const {
  std::uint64_t edge = 0;
  if (has_payload()) {
    edge = edge_of(ticket_of(payload));
  } else {
    const vertex_id hub = std::min(at, target);
    const vertex_id spoke = std::max(at, target);
    if (spoke < hubs_ || spoke >= vertices()) return std::nullopt;
    const std::uint64_t place = (spoke - hubs_) * hubs_ + hub;
    edge = place * inverse_ & (edges_ - 1);
  }
  const endpoints e = ends(edge);
  const bool here = e.source == at && e.target == target;
  const bool there = e.source == target && e.target == at;
  return here || there ? std::optional(edge) : std::nullopt;
}

vertex_id weave::vertex(graph& g, vertex_id number) const {
  switch (options_.keys) {
    case key_kind::none:
      return number;
    case key_kind::u64:
      return g.vertex(key_number_of(number));
    case key_kind::string:
      break;
  }
  return g.vertex(key_of(number));
}

bool weave::is_found(const graph& g, vertex_id number) const {
  return options_.keys == key_kind::u64
             ? g.find(key_number_of(number)).has_value()
             : g.find(key_of(number)).has_value();
}

vertex_id weave::number(const graph& g, vertex_id v) const {
  if (!keyed()) return v;
  std::uint64_t found = 0;
  if (options_.keys == key_kind::u64) {
    const std::uint64_t key = g.key_number(v);
    require(key % key_step == 0, "a key that nobody added");
    found = key / key_step;
  } else {
    const std::string_view key = g.key(v);
    require(key.starts_with("vertex "), "a key that nobody added");
    const auto digits = key.substr(7);
    std::from_chars(digits.data(), digits.data() + digits.size(), found);
  }
  require(found < vertices() + tickets, "a key that nobody added");
  return static_cast<vertex_id>(found);
}

}  // namespace telar::test
