// graph/checker.hpp: verifies the invariants of detail/layout.hpp, by number,
// and says in words which are broken.  Reads only; bounded on any input.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "graph/core.hpp"

namespace telar::detail {

/// Which units of the extents belong to something.
class unit_map {
 public:
  explicit unit_map(const segment& memory);

  enum class outcome { marked, outside, twice };
  outcome mark(std::uint64_t first, std::uint64_t count);

  /// Pieces of claimed extents that belong to nothing, as {first unit, units}.
  [[nodiscard]] std::vector<std::pair<std::uint64_t, std::uint64_t>> gaps(
      std::uint64_t at_least) const;

 private:
  [[nodiscard]] bool test(std::uint64_t i) const {
    return bits_[i / 64] >> (i % 64) & 1;
  }

  const segment& memory_;
  std::uint64_t first_;
  std::uint64_t count_;
  std::vector<std::uint64_t> bits_;
};

class checker {
 public:
  explicit checker(core& c);
  [[nodiscard]] check_report run();

  // ---- What a repair needs to know, after `run`.

  /// Whether the adjacencies, and with them `report.edges`, can be believed.
  [[nodiscard]] bool counted() const { return counted_; }
  /// Memory that belongs to nothing, as {first unit, units}; empty unless that
  /// is all that is wrong.
  [[nodiscard]] const auto& lost() const { return lost_; }

 private:
  void check_bounds();  // I12
  void check_slots();   // I3, I8, I9
  void check_queue(std::uint32_t slot_index, unsigned block_class);
  void check_vertices();  // I1, I3, I8
  void check_adjacency(std::uint32_t list, vertex_id v);
  void check_symmetry();  // I4
  void check_parallel();  // I6
  void check_counters();  // I5
  void check_keys();      // I3, I10
  void check_versions();  // I3, I13
  void check_chain(vertex_id v);
  /// Whether a vertex was removed, and this is its first entry in a queue.
  bool waits_once(std::uint64_t v);
  void check_gaps();  // I3
  void check_feed();  // I8, I18
  [[nodiscard]] bool is_possible(const change_entry& entry,
                                 std::uint64_t number) const;

  void mark(std::uint64_t first, std::uint64_t units, const std::string& what);
  void problem(const std::string& sentence);
  [[nodiscard]] bool full() const { return report_.problems.size() >= 100; }
  [[nodiscard]] std::span<const vertex_id> entries(std::uint32_t list,
                                                   vertex_id v) const;
  [[nodiscard]] const std::byte* payload_at(std::uint32_t list, vertex_id v,
                                            std::uint32_t position) const;

  core& core_;
  segment& memory_;
  unit_map units_;
  check_report report_;
  std::uint64_t entries_ = 0;        ///< In out-adjacencies.
  std::uint64_t loops_ = 0;          ///< Entries of a vertex in its own.
  std::uint64_t removed_ = 0;        ///< Vertices.
  std::set<std::uint64_t> waiting_;  ///< Those whose ids are to be reused.
  bool counted_ = false;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> lost_;
  bool words_sound_ = true;  ///< So far; else edges are not compared.
};

}  // namespace telar::detail
