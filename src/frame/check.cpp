// Checking a table: the graph's invariants, then C1 to C6.
#include <telar/frame.hpp>

#include "frame/directory.hpp"
#include "frame/text.hpp"
#include "participant/order.hpp"

namespace telar {
namespace detail {
namespace {

class column_checker {
 public:
  column_checker(std::shared_ptr<core> c, check_report& report)
      : core_(std::move(c)), memory_(core_->memory), report_(report) {}

  void run() {
    if (!memory_.columns()) return;
    for (std::uint32_t i = 0; i < max_columns; ++i) {
      if (report_.problems.size() >= 100) return;
      check_entry(i, memory_.columns()->entries[i]);
    }
    const auto all = directory(core_).list();
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = i + 1; j < all.size(); ++j) {
        if (all[i].name == all[j].name) {
          problem("Two columns are called " + all[i].name + " (C2).");
        }
      }
    }
  }

 private:
  void problem(const std::string& sentence) {
    report_.problems.push_back(sentence);
  }

  void check_entry(std::uint32_t index, const column_entry& e) {
    const std::string place = "Column entry " + std::to_string(index);
    const std::uint64_t state = get(e.state);
    const std::uint32_t phase = value_of(state);
    const std::uint32_t generation = generation_of(state);
    // Recovery has just tried: the system does not take its memory back.
    if (phase == column_dropping) return;
    if (phase != column_free && phase != column_ready) {
      return problem(place + " is neither free nor ready (C1).");
    }
    if (generation_of(get(e.cells)) != generation ||
        generation_of(get(e.text)) != generation ||
        !is_text_end_of(get(e.text_end), generation)) {
      return problem(place + " has words of another generation (C3).");
    }
    const geometry& most = memory_.geometry();
    if (value_of(get(e.cells)) > most.cells_bytes / page ||
        value_of(get(e.text)) > most.text_bytes / page) {
      return problem(place + " has more pages than there can be (C4).");
    }
    if (phase == column_free) {
      if (value_of(get(e.cells)) + value_of(get(e.text)) != 0) {
        problem(place + " is free, but has pages (C4).");
      }
      return;
    }
    if (name_of(e).empty() || !is_column_type(get(e.type))) {
      return problem(place + " has no name, or an unknown type (C2).");
    }
    if (get(e.replaces) != 0) problem(place + " replaces another (C1).");
    check_cells(index, e);
  }

  void check_cells(std::uint32_t index, const column_entry& e) {
    const auto at = directory(core_).find(name_of(e));
    if (!at || at->index != index) {
      return problem("Column " + name_of(e) + " is not found (C2).");
    }
    if (at->type == column_type::boolean) return check_bools(*at, name_of(e));
    if (at->type == column_type::string) return check_text(*at, name_of(e));
  }

  /// Rows that have memory.
  static std::uint64_t readable(const column_access& at) {
    return std::min(at.rows(), at.committed(get(at.entry->cells)));
  }

  void check_bools(const column_access& at, const std::string& name) {
    for (std::uint64_t i = 0; i < readable(at); ++i) {
      if (static_cast<unsigned char>(at.cells[i]) <= 1) continue;
      return problem("Row " + std::to_string(i) + " of " + name +
                     " is neither true nor false (C6).");
    }
  }

  void check_text(const column_access& at, const std::string& name) {
    const std::uint64_t end = text_bytes(get(at.entry->text_end));
    if (end > std::uint64_t{value_of(get(at.entry->text))} * page) {
      problem("The strings of " + name + " end beyond their pages (C5).");
    }
    const auto* cells = reinterpret_cast<const std::uint64_t*>(at.cells);
    for (std::uint64_t i = 0; i < readable(at); ++i) {
      const std::uint64_t cell = cells[i];
      if (cell == 0 || ((cell & longest_text) != 0 &&
                        (cell >> 16) + (cell & longest_text) <= end)) {
        continue;
      }
      return problem("Row " + std::to_string(i) + " of " + name +
                     " refers to no string (C5).");
    }
  }

  std::shared_ptr<core> core_;
  segment& memory_;
  check_report& report_;
};

}  // namespace
}  // namespace detail

check_report frame::check() const {
  const auto core = detail::core::shared(graph_);
  std::string damage;
  try {
    detail::directory(core).recover();
  } catch (const error& found) {
    damage = found.what();
  }
  check_report report = graph_.check();
  if (!damage.empty()) report.problems.push_back(damage);
  try {
    detail::column_checker(core, report).run();
  } catch (const error& found) {
    report.problems.emplace_back(found.what());
  }
  return report;
}

}  // namespace telar
