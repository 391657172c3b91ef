// The checker that disturbs nobody: it reads as every reader does.
#include "graph/check_live.hpp"

#include <algorithm>

#include "graph/core.hpp"
#include "participant/life_lock.hpp"

namespace telar::detail {
namespace {

class live_checker {
 public:
  explicit live_checker(const graph& g) : g_(g), core_(core::of(g)) {}

  check_report run() {
    core_.memory.require_whole();
    for (std::uint32_t i = 0; i < core_.who.slot_count(); ++i) {
      if (life_lock::is_sound(core_.memory.slot(i).life)) continue;
      problem("The lock of participant " + std::to_string(i) +
              " is damaged (I16).");
    }
    report_.vertices = g_.vertex_count();
    for (std::uint64_t v = 0; v < report_.vertices && !full(); ++v) {
      attempt([&] { look_at(static_cast<vertex_id>(v)); });
      g_.refresh();
    }
    attempt([&] { report_.edges = g_.edge_count(); });
    core_.memory.require_whole();
    return report_;
  }

 private:
  void look_at(vertex_id v) {
    look_at(v, g_.neighbors(v));
    if (g_.kind() == graph_kind::bidirectional) look_at(v, g_.in_neighbors(v));
    if (!core_.memory.keyed() || g_.is_removed(v)) return;
    if (core_.keys.find(core_.keys.of(v)) != v) {
      problem("The key of vertex " + std::to_string(v) +
              " is not found (I10).");
    }
  }

  void look_at(vertex_id v, std::span<const vertex_id> neighbors) {
    // The bound after the entries: a vertex is there before its edges.
    const std::uint64_t bound = g_.vertex_count();
    const auto beyond = std::ranges::find_if(
        neighbors, [&](vertex_id target) { return target >= bound; });
    if (beyond == neighbors.end()) return;
    problem("The adjacency of vertex " + std::to_string(v) + " names vertex " +
            std::to_string(*beyond) + ", which does not exist (I1).");
  }

  template <typename Look>
  void attempt(const Look& look) {
    try {
      look();
    } catch (const error& found) {
      problem(found.what());
    }
  }
  void problem(const std::string& sentence) {
    if (!full()) report_.problems.push_back(sentence);
  }
  [[nodiscard]] bool full() const { return report_.problems.size() >= 100; }

  const graph& g_;
  core& core_;
  check_report report_;
};

}  // namespace

check_report check_live(const graph& g) { return live_checker(g).run(); }

}  // namespace telar::detail
