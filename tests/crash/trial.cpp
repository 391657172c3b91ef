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
#include "participant/life_lock.hpp"
#include "participant/pins.hpp"
#include "participant/process.hpp"
#include "support/problems.hpp"

namespace telar::test {
namespace {

/// Beyond, only those instructions count that change something.
constexpr std::uint64_t each_instruction = 5'000;

/// Longer than anything here takes, by far.
constexpr unsigned hang_seconds = 30;

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
struct trial::shared_log {
  std::atomic<bool> ended{false};
  char failure[256] = {};

  static shared_log* make() {
    void* bytes = ::mmap(nullptr, sizeof(shared_log), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) throw std::bad_alloc();
    return new (bytes) shared_log;
  }
};

trial::trial(const scenario& what, tally& result)
    : what_(what), result_(result), log_(shared_log::make()) {
  stay_on_this_cpu();
  ::alarm(hang_seconds);
  graph_options options = what.options;
  options.reserve = 16 << 20;
  options.wait.limit = std::chrono::seconds(3);
  g_.emplace(graph::create(anonymous, options));
  if (options.keys == key_kind::none) g_->add_vertices(500);
  detail::participants& who = detail::core::of(*g_).who;
  (void)who.mine();
  pages_.emplace(*g_);
  victim_ = start_actor(
      [&] {
        if (what_.earlier) what_.earlier(*g_);
        (void)detail::process_start_time();  // reads a file, once
        g_->refresh();
      },
      [&] { what_.call(g_, what_.parts); });
  heir_ = start_actor(
      [&] {
        if (!what_.newcomer) (void)who.mine();
        (void)detail::process_start_time();
      },
      [&] { what_.next(*g_); });
  if (what_.crowded) occupy_slots();
  if (what_.reader) begin_reading();
  g_->refresh();
  base_ = pages_->take();
  foresee();
}

trial::~trial() {
  for (pthread_mutex_t* mutex : occupied_) detail::life_lock::release(*mutex);
  ::munmap(log_, sizeof(shared_log));
}

tracee trial::start_actor(const std::function<void()>& prepare,
                          const std::function<void()>& call) {
  return tracee::start([&] {
    prepare();
    stop_here();
    try {
      call();
    } catch (const std::exception& failure) {
      std::snprintf(log_->failure, sizeof log_->failure, "%s", failure.what());
    }
    log_->ended.store(true);
    stop_here();
    ::_exit(1);
  });
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

void trial::begin_reading() {
  detail::core& c = detail::core::of(*g_);
  std::uint32_t mine = 0;
  while (!occupy(mine)) ++mine;
  detail::set(c.memory.slot(mine).attached, 1);
  detail::pin_present(c.memory, c.memory.slot(mine));
  const detail::reader read = c.reader();
  for (vertex_id v = 0; v < g_->vertex_count(); ++v) {
    const auto all = read.targets(read.word(v));
    read_.emplace_back(all, std::vector(all.begin(), all.end()));
  }
}

bool trial::reads_the_same() const {
  for (const auto& [now, before] : read_) {
    if (!std::equal(now.begin(), now.end(), before.begin())) return false;
  }
  return true;
}

/// What there will be, as told by one participant who makes all calls.
void trial::foresee() {
  views_.resize(what_.parts + 1);
  for (std::size_t parts = 0; parts <= what_.parts; ++parts) {
    for (std::size_t heirs = 0; heirs < 2; ++heirs) {
      if (parts != 0) what_.call(g_, parts);
      if (heirs != 0) what_.next(*g_);
      what_.next(*g_);
      views_[parts][heirs] = view_of(*g_);
      pages_->require_all();
      pages_->put_back(base_);
    }
  }
}

/// What has changed since the last look.
void trial::look(walker& w) {
  w.ended = log_->ended;
  const auto before = std::exchange(w.mutexes, w.actor.robust());
  w.changed = pages_->update(w.now) || before != w.mutexes || w.ended;
  std::snprintf(result_.at, sizeof result_.at, "at stop %llu",
                static_cast<unsigned long long>(w.instruction));
}

template <typename Visit>
void trial::walk_once(const tracee& from, const image& begin, pace how,
                      Visit visit) {
  pages_->put_back(begin);
  log_->ended = false;
  log_->failure[0] = 0;
  ::alarm(hang_seconds);
  walker w{from.copy(), begin};
  pages_->hand_over(from.pid(), w.actor.pid());
  look(w);
  w.changed = true;
  visit(w);
  while (!w.ended) {
    if (how == pace::writes) {
      pages_->allow_writes(w.actor, false);
      w.actor.run_to_write();
      pages_->allow_writes(w.actor, true);  // the kernel marks mutexes, too
      look(w);
      visit(w);
      if (w.ended) break;
    }
    w.actor.step();
    ++w.instruction;
    look(w);
    visit(w);
  }
  if (log_->failure[0] != 0) violate(log_->failure);
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

/// Kills where the actor stands.
void trial::strike(const walker& here) {
  if (pages_->changed_elsewhere(here.now)) throw unwatched_change{};
  ++result_.kills;
  tracee twin = here.actor.twin();
  pages_->hand_over(here.actor.pid(), twin.pid());
  twin.kill();
}

std::pair<std::size_t, std::size_t> trial::survive(bool acknowledged,
                                                   std::size_t heirs_at_least,
                                                   std::size_t heirs_at_most) {
  ::alarm(hang_seconds);
  std::string seen;
  try {
    what_.next(*g_);
    seen = view_of(*g_);
    const std::string wrong = problems(*g_);
    if (!wrong.empty()) violate(wrong);
    if (view_of(*g_) != seen) violate("check() had to repair something");
    if (!reads_the_same()) violate("a span changed in its reader's hands (I2)");
    pages_->require_all();
  } catch (const error& failure) {
    violate(failure.what());
    return {};
  }
  for (std::size_t parts = acknowledged ? what_.parts : 0; parts <= what_.parts;
       ++parts) {
    for (std::size_t heirs = heirs_at_least; heirs <= heirs_at_most; ++heirs) {
      if (seen == views_[parts][heirs]) return {parts, heirs};
    }
  }
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

void trial::kill_twice() {
  for (const death& first : deaths()) kill_heirs_of(first);
}

bool trial::twins_die_alike() {
  for (const death& told : deaths()) {
    pages_->put_back(base_);
    log_->ended = false;
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
