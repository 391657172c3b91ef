// tests/crash/trial.cpp: walking, striking, surviving.
#include "crash/trial.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <new>
#include <stdexcept>

#include "graph/core.hpp"
#include "participant/futex.hpp"
#include "participant/life_lock.hpp"
#include "participant/pins.hpp"
#include "participant/process.hpp"
#include "support/problems.hpp"

namespace telar::test {
namespace {

/// Beyond, only those instructions count that change something.
constexpr std::uint64_t each_instruction = 5'000;

/// Thrown when a page has changed that was not watched until now.
struct unwatched_change {};

void stay_on_this_cpu() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
  ::sched_setaffinity(0, sizeof one, &one);  // only for speed
}

}  // namespace

/// How an actor's call ended, said by itself: the acknowledgement.
struct trial::actor_log {
  std::atomic<bool> ended{false};
  char failure[256] = {};
};

struct trial::shared_log {
  actor_log victim;
  actor_log heir;

  static shared_log* make() {
    void* bytes = ::mmap(nullptr, sizeof(shared_log), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) throw std::bad_alloc();
    return new (bytes) shared_log;
  }
};

trial::trial(const scenario& what, tally& result, patience how_long)
    : what_(what),
      result_(result),
      patience_(how_long),
      log_(shared_log::make()) {
  stay_on_this_cpu();
  ::alarm(patience_.hang_seconds);
  graph_options options = what.options;
  options.reserve = 16 << 20;
  options.wait.limit = patience_.wait;
  g_.emplace(graph::create(anonymous, options));
  if (options.keys == key_kind::none) g_->add_vertices(500);
  detail::participants& who = detail::core::of(*g_).who;
  (void)who.mine();
  if (what_.before) what_.before(*g_);
  pages_.emplace(*g_);
  victim_ = start_actor(
      log_->victim,
      [&] {
        if (what_.earlier) what_.earlier(*g_);
        (void)detail::process_start_time();  // reads a file, once
        g_->refresh();
      },
      [&] { what_.call(g_, what_.parts); });
  heir_ = start_actor(
      log_->heir,
      [&] {
        if (!what_.newcomer) (void)who.mine();
        (void)detail::process_start_time();
      },
      [&] { what_.next(*g_); });
  if (what_.crowded) occupy_slots();
  if (what_.reader) begin_reading();
  if (what_.held) begin_holding();
  g_->refresh();
  base_ = pages_->take();
  foresee();
}

trial::~trial() {
  for (pthread_mutex_t* mutex : occupied_) detail::life_lock::release(*mutex);
  ::munmap(log_, sizeof(shared_log));
}

tracee trial::start_actor(actor_log& log, const std::function<void()>& prepare,
                          const std::function<void()>& call) {
  return tracee::start([&] {
    prepare();
    stop_here();
    try {
      call();
    } catch (const std::exception& failure) {
      std::snprintf(log.failure, sizeof log.failure, "%s", failure.what());
    }
    log.ended.store(true);
    stop_here();
    ::_exit(1);
  });
}

trial::actor_log& trial::log_of(const tracee& actor) const {
  return actor.pid() == heir_->pid() ? log_->heir : log_->victim;
}

/// Makes this thread a participant once more, which does nothing.
bool trial::occupy(std::uint32_t index) {
  pthread_mutex_t& life = detail::core::of(*g_).memory.slot(index).life;
  using state = detail::life_lock::state;
  if (detail::life_lock::try_acquire(life) != state::free) return false;
  occupied_.push_back(&life);
  return true;
}

void trial::occupy_slots() {
  const detail::participants& who = detail::core::of(*g_).who;
  for (std::uint32_t i = 0; i < who.slot_count(); ++i) (void)occupy(i);
}

/// A slot more for this thread; its index.
std::uint32_t trial::take_part() {
  detail::core& c = detail::core::of(*g_);
  std::uint32_t mine = 0;
  while (!occupy(mine)) ++mine;
  detail::set(c.memory.slot(mine).attached, 1);
  return mine;
}

void trial::begin_reading() {
  detail::core& c = detail::core::of(*g_);
  detail::pin_present(c.memory, c.memory.slot(take_part()));
  const detail::reader read = c.reader();
  for (vertex_id v = 0; v < g_->vertex_count(); ++v) {
    const auto all = read.targets(read.word(v));
    read_.emplace_back(all, std::vector(all.begin(), all.end()));
  }
}

void trial::begin_holding() {
  holder_ = take_part() + 1;
  const detail::segment& memory = detail::core::of(*g_).memory;
  detail::set(memory.slot(holder_ - 1).intent.ends, *what_.held);
  memory.vertices()[*what_.held].owner.store(holder_);
}

bool trial::held_is_awaited() const {
  if (!what_.held) return false;
  const detail::segment& memory = detail::core::of(*g_).memory;
  return memory.vertices()[*what_.held].owner.load() ==
         (holder_ | detail::waiters);
}

void trial::release_held() {
  if (!what_.held) return;
  const detail::segment& memory = detail::core::of(*g_).memory;
  detail::word32& owner = memory.vertices()[*what_.held].owner;
  if ((owner.load() & ~detail::waiters) != holder_) return;
  owner.store(0);
  detail::futex_wake_one(owner);
}

bool trial::reads_the_same() const {
  for (const auto& [now, before] : read_) {
    if (!std::equal(now.begin(), now.end(), before.begin())) return false;
  }
  return true;
}

std::string trial::view(bool sorted) const {
  std::string text = view_of(*g_, sorted);
  if (what_.shows) text += "; " + what_.shows(*g_);
  return text;
}

/// What there will be, as told by one participant who makes all calls.
void trial::foresee() {
  views_.resize(what_.parts + 1);
  for (std::size_t parts = 0; parts <= what_.parts; ++parts) {
    for (std::size_t heirs = 0; heirs < 2; ++heirs) {
      release_held();
      if (parts != 0) what_.call(g_, parts);
      if (heirs != 0) what_.next(*g_);
      what_.next(*g_);
      views_[parts][heirs] = view(false);
      pages_->require_all();
      pages_->put_back(base_);
    }
  }
}

void trial::foresee_pause() {
  for (const bool heir_first : {false, true}) {
    release_held();
    if (heir_first) what_.next(*g_);
    if (what_.parts != 0) what_.call(g_, what_.parts);
    if (!heir_first) what_.next(*g_);
    what_.next(*g_);
    pause_views_.insert(view(true));
    pages_->require_all();
    pages_->put_back(base_);
  }
}

/// What has changed since the last look.
void trial::look(walker& w) {
  w.ended = w.log->ended;
  const auto before = std::exchange(w.mutexes, w.actor.robust());
  const std::uint64_t committed = w.now.committed;
  w.changed = pages_->update(w.now) || before != w.mutexes || w.ended;
  if (w.now.committed > committed) {
    w.now.calls.push_back(w.actor.last_commitment());
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
    release_held();
    what_.next(*g_);
    seen = view(sorted);
    std::string wrong = problems(*g_);
    if (what_.wrong) wrong += what_.wrong(*g_);
    if (!wrong.empty()) violate(wrong);
    if (view(sorted) != seen) violate("check() had to repair something");
    if (!reads_the_same()) violate("a span changed in its reader's hands (I2)");
    const detail::segment& memory = detail::core::of(*g_).memory;
    if (pages_->committed() < memory.committed_bytes()) {
      violate("a bound is beyond what is committed (I12)");
    }
    inspect_locks();
    pages_->require_all();
  } catch (const error& failure) {
    violate(failure.what());
  }
  return seen;
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
    detail::life_lock::release(*one);
    if (detail::life_lock::try_acquire(*one) != state::free) {
      violate("a lock that was free, or recovered, cannot be had");
    }
    detail::life_lock::release(*one);
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
}

void trial::kill_once() {
  std::size_t parts_before = 0;
  walk(*victim_, base_, pace::instructions, [&](const walker& here) {
    result_.instructions = here.instruction;
    if (!here.changed && here.instruction > each_instruction) return;
    strike(here);
    const auto [parts, heirs] = survive(here.ended, 0, 0);
    // What was there after an earlier death is there after a later one.
    if (parts < parts_before) violate("a part that was there is not any more");
    parts_before = parts;
    pages_->put_back(here.now);
  });
}

std::vector<trial::death> trial::deaths() {
  std::vector<death> all;
  std::set<std::pair<std::uint64_t, bool>> known;
  walk(*victim_, base_, pace::instructions, [&](const walker& here) {
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
    if (!here.changed) return;
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
      if (both) {
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
    if (!here.before || here.instruction > each_instruction) return;
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
  for (const death& first : deaths()) kill_heirs_of(first);
}

bool trial::twins_die_alike() {
  for (const death& told : deaths()) {
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
