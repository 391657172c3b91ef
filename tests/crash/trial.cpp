// tests/crash/trial.cpp: walking, striking, surviving.
#include "crash/trial.hpp"

#include <sys/mman.h>

#include <cstdio>

#include "graph/core.hpp"
#include "participant/life_lock.hpp"
#include "support/problems.hpp"

namespace telar::test {
namespace {

/// Thrown when a page has changed that was not watched until now.
struct unwatched_change {};

}  // namespace

/// What has changed since the last look.
void trial::look(walker& w) {
  // First: looking at pages that are not committed would commit them.
  inspect_bounds();
  w.ended = w.log->ended;
  const auto before = std::exchange(w.mutexes, w.actor.robust());
  const std::uint64_t committed = w.now.committed;
  w.changed = pages_->update(w.now) || before != w.mutexes || w.ended;
  if (w.now.committed != committed) {
    const int file = detail::core::of(*g_).memory.file();
    if (const auto call = w.actor.last_commitment(file)) {
      w.now.calls.push_back(*call);
    }
  }
  std::snprintf(result_.at, sizeof result_.at, "at stop %llu",
                static_cast<unsigned long long>(w.instruction));
}

template <typename Visit>
void trial::walk_once(const tracee& from, const image& begin, pace how,
                      Visit visit) {
  constexpr int all_allowed = PROT_READ | PROT_WRITE;
  pages_->put_back(begin);
  actor_log& log = log_of(from);
  log.ended = false;
  log.failure[0] = 0;
  ::alarm(patience_.hang_seconds);
  walker w{from.copy(), begin, &log};
  pages_->hand_over(from.pid(), w.actor.pid());
  look(w);
  w.changed = true;
  visit(w);
  while (!w.ended) {
    if (how != pace::instructions) {
      pages_->protect(w.actor, how == pace::writes ? PROT_READ : PROT_NONE);
      w.actor.run_to_access();
      pages_->protect(w.actor, all_allowed);  // the kernel marks mutexes, too
      w.before = true;
      look(w);
      visit(w);
      if (w.ended) break;
    }
    w.actor.step();
    ++w.instruction;
    w.before = false;
    look(w);
    visit(w);
    if (held_is_awaited()) release_held();
  }
  if (log.failure[0] != 0) violate(log.failure);
  if (pages_->changed_elsewhere(w.now)) throw unwatched_change{};
}

/// Takes a copy of an actor from the beginning of its call to its end, and
/// calls `visit` wherever it stops: first before the call, last after it.
template <typename Visit>
void trial::walk(const tracee& from, const image& begin, pace how,
                 Visit visit) {
  for (;;) {
    try {
      walk_once(from, begin, how, visit);
      return pages_->put_back(begin);
    } catch (const unwatched_change&) {
      // Once more: it is watched now.
    }
  }
}

void trial::require_watched(const walker& here) {
  if (pages_->changed_elsewhere(here.now)) throw unwatched_change{};
}

void trial::kill_twin(const walker& here) {
  ++result_.kills;
  tracee twin = here.actor.twin();
  pages_->hand_over(here.actor.pid(), twin.pid());
  twin.kill();
}

/// Kills where the actor stands.
void trial::strike(const walker& here) {
  require_watched(here);
  kill_twin(here);
}

std::string trial::go_on(bool sorted) {
  ::alarm(patience_.hang_seconds);
  std::string seen;
  try {
    inspect_bounds();
    release_held();
    what_.next(*g_);
    seen = view(sorted);
    std::string wrong = problems(*g_);
    if (what_.wrong) wrong += what_.wrong(*g_);
    if (!wrong.empty()) violate(wrong);
    if (view(sorted) != seen) violate("check() had to repair something");
    if (!reads_the_same()) violate("a span changed in its reader's hands (I2)");
    inspect_bounds();
    inspect_locks();
    pages_->require_all();
  } catch (const error& failure) {
    violate(failure.what());
  }
  return seen;
}

/// What is published is there: always, not only after a repair.
void trial::inspect_bounds() {
  const detail::segment& memory = detail::core::of(*g_).memory;
  if (pages_->committed() < memory.committed_bytes() ||
      memory.clocks().vertex_count > memory.clocks().vertex_capacity) {
    violate("a bound is beyond what is committed (I12)");
  }
}

/// Whoever comes next must be able to take, and to test, every robust mutex.
void trial::inspect_locks() {
  using state = detail::life_lock::state;
  const auto all = pages_->mutexes();
  for (pthread_mutex_t* one : all) {
    if (one->__data.__kind != all.front()->__data.__kind) {
      violate("a lock is published before it is made");
    }
    if (detail::life_lock::try_acquire(*one) == state::busy) continue;
    inspect_place(*one);
    detail::life_lock::release(*one);
    if (detail::life_lock::try_acquire(*one) != state::free) {
      violate("a lock that was free, or recovered, cannot be had");
    }
    detail::life_lock::release(*one);
  }
}

/// After check() nothing is left of a participant that is gone.
void trial::inspect_place(const pthread_mutex_t& life) {
  const detail::segment& memory = detail::core::of(*g_).memory;
  for (std::uint32_t i = 0; i < memory.clocks().slot_capacity.load(); ++i) {
    const detail::slot& s = memory.slot(i);
    if (&s.life != &life) continue;
    if (s.attached.load() == detail::attached_yes)
      violate("one who is gone is on the list");
    if (s.pin.load() != 0) violate("one who is gone still reads");
  }
}

std::pair<std::size_t, std::size_t> trial::survive(bool acknowledged,
                                                   std::size_t heirs_at_least,
                                                   std::size_t heirs_at_most) {
  const std::uint64_t before = result_.violations;
  const std::string seen = go_on(false);
  for (std::size_t parts = acknowledged ? what_.parts : 0; parts <= what_.parts;
       ++parts) {
    for (std::size_t heirs = heirs_at_least; heirs <= heirs_at_most; ++heirs) {
      if (seen == views_[parts][heirs]) return {parts, heirs};
    }
  }
  if (result_.violations != before) return {};
  violate("there is: " + seen + "\nand there should be: " +
          views_[acknowledged ? what_.parts : 0][heirs_at_least] +
          "\nor: " + views_[what_.parts][heirs_at_most]);
  return {};
}

void trial::violate(const std::string& how) {
  if (result_.violations++ != 0) return;
  std::snprintf(result_.first, sizeof result_.first,
                "killed while it %s (%s): %s", what_.name.c_str(), result_.at,
                how.c_str());
  if (patience_.first_only) throw first_violation{};
}

void trial::kill_once() {
  std::size_t parts_before = 0;
  walk(*victim_, base_, pace::instructions, [&](const walker& here) {
    result_.instructions = here.instruction;
    if (!here.changed && here.instruction > patience_.each_instruction) return;
    if (here.instruction == 0) parts_before = 0;  // A walk may be made again.
    strike(here);
    const auto [parts, heirs] = survive(here.ended, 0, 0);
    // What was there after an earlier death is there after a later one.
    if (parts < parts_before) violate("a part that was there is not any more");
    parts_before = parts;
    pages_->put_back(here.now);
  });
}

std::vector<trial::death> trial::deaths(pace how) {
  std::vector<death> all;
  std::set<std::pair<std::uint64_t, bool>> known;
  walk(*victim_, base_, how, [&](const walker& here) {
    result_.instructions = here.instruction;
    if (!here.changed) return;
    strike(here);
    image left = here.now;
    pages_->update(left);
    if (known.emplace(pages_->hash(left), here.ended).second) {
      all.push_back({std::move(left), here.instruction, here.ended});
    }
    pages_->put_back(here.now);
  });
  result_.states = all.size();
  return all;
}

void trial::kill_heirs_of(const death& first) {
  walk(*heir_, first.left, pace::writes, [&](const walker& here) {
    if (!here.changed || (what_.next_is_many && !here.ended)) return;
    strike(here);
    image left = here.now;
    pages_->update(left);
    const std::uint64_t both =
        pages_->hash(left) * 2 + (first.acknowledged ? 1 : 0);
    if (seen_.emplace(both, here.ended).second) {
      (void)survive(first.acknowledged, here.ended ? 1 : 0, 1);
    }
    pages_->put_back(here.now);
  });
}

/// The heir, on its way.
tracee trial::begin_heir() {
  log_->heir.ended = false;
  log_->heir.failure[0] = 0;
  tracee heir = heir_->copy();
  pages_->hand_over(heir_->pid(), heir.pid());
  heir.begin();
  return heir;
}

void trial::end_heir(tracee& heir, bool has_ended) {
  if (!has_ended) heir.await_stop();
  if (log_->heir.failure[0] != 0) violate(log_->heir.failure);
}

void trial::kill_awaited() {
  walk(*victim_, base_, pace::writes, [&](const walker& here) {
    result_.instructions = here.instruction;
    if (!here.changed) return;
    require_watched(here);
    for (const bool both : {false, true}) {
      ::alarm(patience_.hang_seconds);
      tracee heir = begin_heir();
      const bool has_ended = heir.stops_or_sleeps();
      kill_twin(here);
      if (both && (has_ended || !what_.next_is_many)) {
        heir.kill();
        (void)survive(here.ended, has_ended ? 1 : 0, 1);
      } else {
        release_held();
        end_heir(heir, has_ended);
        (void)survive(here.ended, 1, 1);
        heir.kill();
      }
      pages_->put_back(here.now);
    }
  });
}

void trial::pause() {
  foresee_pause();
  walk(*victim_, base_, pace::accesses, [&](const walker& here) {
    result_.instructions = here.instruction;
    if (!here.before || here.instruction > patience_.each_instruction) return;
    require_watched(here);
    ::alarm(patience_.hang_seconds);
    ++result_.kills;
    tracee victim = here.actor.copy();
    pages_->hand_over(here.actor.pid(), victim.pid());
    tracee heir = begin_heir();
    const bool has_ended = heir.stops_or_sleeps();
    release_held();
    if (!here.ended) victim.run();
    end_heir(heir, has_ended);
    if (log_->victim.failure[0] != 0) violate(log_->victim.failure);
    log_->victim.ended = here.ended;
    const std::uint64_t before = result_.violations;
    const std::string seen = go_on(true);
    if (!pause_views_.contains(seen) && result_.violations == before) {
      violate("there is: " + seen +
              "\nand there should be: " + *pause_views_.begin());
    }
    // Before: the kernel looks at all that they have locked.
    victim.kill();
    heir.kill();
    pages_->put_back(here.now);
  });
}

void trial::kill_twice() {
  for (const death& first : deaths(pace::writes)) kill_heirs_of(first);
}

bool trial::twins_die_alike() {
  for (const death& told : deaths(pace::instructions)) {
    pages_->put_back(base_);
    log_->victim.ended = false;
    tracee actor = victim_->copy();
    pages_->hand_over(victim_->pid(), actor.pid());
    for (std::uint64_t i = 0; i < told.instruction; ++i) actor.step();
    actor.kill();
    ++result_.kills;
    image left = base_;
    pages_->update(left);
    if (pages_->hash(left) != pages_->hash(told.left)) return false;
  }
  return true;
}

}  // namespace telar::test
