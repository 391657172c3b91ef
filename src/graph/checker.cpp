// The checker's frame: what is looked at in which order, and the memory map.
#include "graph/checker.hpp"

#include <algorithm>

namespace telar {

check_report graph::check() const {
  core_->memory.require_whole();
  std::uint64_t recovered = 0;
  std::string damage;
  try {
    recovered = core_->sweep();
  } catch (const error& found) {
    damage = found.what();
  }
  check_report report = detail::checker(*core_).run();
  report.recovered = recovered;
  if (!damage.empty()) report.problems.push_back(damage);
  core_->memory.require_whole();
  return report;
}

namespace detail {

unit_map::unit_map(const segment& memory)
    : memory_(memory),
      first_(memory.geometry().first_unit()),
      count_(std::min(memory.clocks().extent_capacity.load(),
                      memory.geometry().max_extents) *
             extent_units),
      bits_((count_ + 63) / 64) {}

unit_map::outcome unit_map::mark(std::uint64_t first, std::uint64_t count) {
  if (first < first_ || first - first_ > count_ ||
      count > count_ - (first - first_)) {
    return outcome::outside;
  }
  for (std::uint64_t i = first - first_; i < first - first_ + count; ++i) {
    if (memory_.extent_owner(i / extent_units).load() == 0) {
      return outcome::outside;
    }
    if (test(i)) return outcome::twice;
    bits_[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return outcome::marked;
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> unit_map::gaps(
    std::uint64_t at_least) const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
  std::uint64_t begin = 0;
  std::uint64_t length = 0;
  for (std::uint64_t i = 0; i <= count_; ++i) {
    const bool unmarked = i < count_ && !test(i) &&
                          memory_.extent_owner(i / extent_units).load() != 0;
    if (unmarked) {
      if (length++ == 0) begin = i;
      continue;
    }
    if (length >= at_least) found.emplace_back(first_ + begin, length);
    length = 0;
  }
  return found;
}

checker::checker(core& c) : core_(c), memory_(c.memory), units_(c.memory) {}

check_report checker::run() {
  check_bounds();
  if (!report_.ok()) return report_;
  check_slots();
  check_vertices();
  // With a hundred problems not all words have been looked at.
  if (words_sound_ && !full()) {
    check_symmetry();
    check_parallel();
    check_counters();
  }
  check_versions();
  check_feed();
  if (memory_.keyed()) check_keys();
  // Without sound words and queues, whole blocks would look lost.
  if (report_.ok()) check_gaps();
  return report_;
}

void checker::check_bounds() {
  const clocks& bounds = memory_.clocks();
  const geometry& most = memory_.geometry();
  report_.vertices = bounds.vertex_count.load();
  if (bounds.vertex_capacity.load() > most.max_vertices ||
      bounds.extent_capacity.load() > most.max_extents ||
      bounds.bucket_count.load() > most.max_buckets ||
      bounds.slot_capacity.load() > max_slots ||
      report_.vertices > bounds.vertex_capacity.load()) {
    problem("A bound is beyond the segment's size (I12).");
  }
}

void checker::check_gaps() {
  lost_ = units_.gaps(core_.space.sizes()[0]);
  for (const auto& [first, count] : lost_) {
    problem(std::to_string(count * unit) + " bytes at offset " +
            std::to_string(first * unit) +
            " belong to nothing: they are lost (I3).");
  }
}

void checker::mark(std::uint64_t first, std::uint64_t count,
                   const std::string& what) {
  switch (units_.mark(first, count)) {
    case unit_map::outcome::marked:
      return;
    case unit_map::outcome::outside:
      problem(what + " lies outside the claimed extents (I3).");
      return;
    case unit_map::outcome::twice:
      problem(what + " shares memory with something else (I3).");
      return;
  }
}

void checker::problem(const std::string& sentence) {
  if (!full()) report_.problems.push_back(sentence);
}

}  // namespace detail
}  // namespace telar
