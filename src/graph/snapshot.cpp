// Snapshots: taking and reading them.
#include <telar/snapshot.hpp>

#include <cstring>

#include "adjacency/scan.hpp"
#include "error/raise.hpp"
#include "graph/held_snapshot.hpp"

namespace telar {
namespace detail {

namespace {

/// Longer chains than there can be are damage.
constexpr unsigned longest_chain = 1u << 24;

}  // namespace
}  // namespace detail

snapshot graph::snapshot() const {
  return telar::snapshot(std::make_shared<detail::held_snapshot>(core_));
}

snapshot::snapshot(std::shared_ptr<detail::held_snapshot> held)
    : held_(std::move(held)),
      reader_(held_->graph->reader()),
      epoch_(held_->epoch()),
      vertices_(held_->counts.vertices),
      edges_(held_->counts.edges),
      generation_(&detail::process_generation_word()),
      mine_(detail::process_generation()) {}

void snapshot::follow_fork() const {
  held_->follow_fork();
  std::atomic_ref(mine_).store(detail::process_generation(),
                               std::memory_order_relaxed);
}

/// The newest version that is old enough (I13); null: the vertex was empty.
const detail::version* snapshot::older_version(vertex_id v) const {
  const detail::segment& memory = held_->graph->memory;
  if (v >= memory.clocks().version_capacity.load(std::memory_order_acquire)) {
    return nullptr;
  }
  // Acquire: pairs with apply(); a version is seen whole.
  std::uint64_t number = memory.versions(v).load(std::memory_order_acquire);
  for (unsigned i = 0; number != 0 && i < detail::longest_chain; ++i) {
    if (!memory.in_extents(number, sizeof(detail::version) / detail::unit)) {
      break;
    }
    const auto& one = *memory.unit_at<detail::version>(number);
    if ((one.epoch & ~detail::removed_mark) <= epoch_) return &one;
    number = one.next.load(std::memory_order_acquire);
  }
  if (number == 0) return nullptr;
  detail::raise(errc::corrupt, name() + ": the versions of vertex " +
                                   std::to_string(v) + " are damaged (I13).");
}

std::uint64_t snapshot::older_word(vertex_id v, std::uint32_t list) const {
  const detail::version* const then = older_version(v);
  if (!then) return 0;
  return list == 0 ? then->word : then->in_word;
}

bool snapshot::is_removed(vertex_id v) const {
  return word(checked(v), 0) == detail::removed_word;
}

/// A state of its epoch or before is final: who changes the vertex now does so
/// in a younger one.
bool snapshot::removal_had_begun(vertex_id v) const {
  (void)word(checked(v), 0);  // in a forked child, it gets its own hold
  const std::uint32_t now =
      reader_.vertices[v].epoch.load(std::memory_order_acquire);
  if ((now & ~detail::removed_mark) <= epoch_) {
    return (now & detail::removed_mark) != 0;
  }
  const detail::version* const then = older_version(v);
  return then && (then->epoch & detail::removed_mark) != 0;
}

std::optional<edge> snapshot::find_edge(vertex_id source,
                                        vertex_id target) const {
  const auto here = neighbors(source);
  (void)checked(target);
  std::optional<std::span<const vertex_id>> there;
  if (kind() != graph_kind::directed) {
    there = kind() == graph_kind::undirected ? neighbors(target)
                                             : in_neighbors(target);
  }
  return detail::first_edge(source, target, here, there);
}

const std::string& snapshot::name() const noexcept {
  return held_->graph->memory.name();
}
parallel_edges snapshot::parallel() const noexcept {
  return static_cast<parallel_edges>(held_->graph->memory.what().parallel);
}
key_kind snapshot::keys() const noexcept {
  return static_cast<key_kind>(held_->graph->memory.what().keys);
}
const payload_type& snapshot::payload() const noexcept {
  return held_->graph->payload_of_edges;
}

std::string_view snapshot::key(vertex_id v) const {
  return held_->graph->key(checked(v));
}
std::uint64_t snapshot::key_number(vertex_id v) const {
  return held_->graph->key_number(checked(v));
}
std::optional<vertex_id> snapshot::find(std::string_view key) const {
  const auto found = held_->graph->find(key);
  return found && *found < vertices_ ? found : std::nullopt;
}
std::optional<vertex_id> snapshot::find(std::uint64_t key) const {
  const auto found = held_->graph->find(key);
  return found && *found < vertices_ ? found : std::nullopt;
}

void snapshot::fail_vertex(vertex_id v) const {
  detail::raise(errc::bad_argument,
                "a snapshot of " + name() + " has no vertex " +
                    std::to_string(v) + ": they are 0 to " +
                    std::to_string(vertices_) + ", exclusive.");
}
void snapshot::fail_in_edges() const {
  detail::raise(errc::bad_argument,
                name() + " is " + std::string(to_string(kind())) +
                    ": only a bidirectional graph knows in-edges.");
}
void snapshot::fail_edge(const edge& e) const {
  detail::raise(errc::bad_argument, "a snapshot of " + name() + ": vertex " +
                                        std::to_string(e.source) +
                                        " has no entry " +
                                        std::to_string(e.position) + ".");
}
void snapshot::fail_payload(const payload_type& wanted) const {
  detail::raise(errc::bad_argument,
                name() + ": its edges carry " + payload().name + " (" +
                    std::to_string(payload().size) + " bytes), not " +
                    wanted.name + " (" + std::to_string(wanted.size) + ").");
}

}  // namespace telar
