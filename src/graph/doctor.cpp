// Examining and repairing in place.
#include <telar/doctor.hpp>

#include "error/raise.hpp"
#include "graph/check_live.hpp"
#include "graph/checker.hpp"
#include "graph/core.hpp"

namespace telar {
namespace detail {
namespace {

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + (count == 1 ? one : many);
}

[[noreturn]] void fail_in_use(const std::string& name) {
  raise(errc::busy, name +
                        " is open elsewhere: a repair needs it alone.  Wait "
                        "for the others, or end them.");
}

/// Rebuilds what follows from the adjacencies.  Nobody else has the segment.
class repairer {
 public:
  repairer(core& c, diagnosis& found) : core_(c), found_(found) {}

  void run() {
    recover();
    release_vertices();
    checker edges(core_);
    found_.report = edges.run();
    if (edges.counted()) count(found_.report.edges);
    checker memory(core_);
    found_.report = memory.run();
    if (!memory.lost().empty()) {
      give_back(memory);
      found_.report = checker(core_).run();
    }
    found_.report.recovered = recovered_;
  }

 private:
  void done(std::string sentence) {
    found_.repairs.push_back(std::move(sentence));
  }

  void recover() {
    segment& memory = core_.memory;
    for (std::uint32_t i = 0; i < core_.who.slot_count(); ++i) {
      recovered_ += get(memory.slot(i).attached) == attached_yes;
    }
    drop_all_snapshots(memory);
    core_.who.revive();
    core_.finish_what_the_dead_began();
    if (memory.is_of_another_boot()) {
      memory.adopt();
      if (!memory.try_alone()) fail_in_use(memory.name());
      done("The machine was restarted since it was used.");
    }
  }

  void release_vertices() {
    std::uint64_t released = 0;
    const clocks& bounds = core_.memory.clocks();
    for (std::uint64_t v = 0; v < get(bounds.vertex_capacity); ++v) {
      word32& owner = core_.memory.vertices()[v].owner;
      if (get(owner) == 0) continue;
      owner.store(0, std::memory_order_release);
      ++released;
    }
    if (released == 0) return;
    done(counted(released, " vertex was", " vertices were") +
         " held by nobody at work: released.");
  }

  /// Puts the difference into the first slot's counter, in one store.
  void count(std::uint64_t right) {
    const std::uint64_t wrong = core_.edge_count();
    if (wrong == right) return;
    word64& counter = core_.memory.slot(0).edges;
    counter.store(get(counter) + right - wrong, std::memory_order_release);
    done("The edge counters said " + std::to_string(wrong) + ", and say " +
         std::to_string(right) + " now.");
  }

  void give_back(const checker& verified) {
    slot& me = core_.who.mine();
    std::uint64_t units = 0;
    for (const auto& [first, count] : verified.lost()) {
      core_.space.give_back(me, first, count);
      units += count;
    }
    done(std::to_string(units * unit) +
         " bytes belonged to nothing, and can be used again.");
  }

  core& core_;
  diagnosis& found_;
  std::uint64_t recovered_ = 0;
};

constexpr std::chrono::seconds patience{10};

}  // namespace
}  // namespace detail

diagnosis examine(const location& where) {
  diagnosis found;
  try {
    const graph g = graph::open(where);
    detail::segment& memory = detail::core::of(g).memory;
    found.complete = memory.try_alone();
    found.attached = g.info().participants;
    found.report.recovered = g.recover();
    const std::uint64_t before = found.report.recovered;
    found.report = found.complete ? g.check() : detail::check_live(g);
    found.report.recovered += before;
  } catch (const error& damage) {
    if (damage.code() != errc::corrupt) throw;
    found.report.problems.emplace_back(damage.what());
  }
  return found;
}

diagnosis repair(const location& where) {
  diagnosis found;
  try {
    detail::core c(detail::segment::open(where, detail::patience), {});
    if (!c.memory.is_of_another_boot() && !c.memory.try_alone()) {
      detail::fail_in_use(where.name());
    }
    detail::repairer(c, found).run();
    found.complete = true;
  } catch (const error& damage) {
    if (damage.code() != errc::corrupt) throw;
    found.report.problems.emplace_back(damage.what());
  }
  return found;
}

}  // namespace telar
