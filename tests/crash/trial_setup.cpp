// tests/crash/trial_setup.cpp: the graph, those who take part, and what is to be
// seen of it in the end.
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <new>

#include "crash/trial.hpp"
#include "graph/core.hpp"
#include "participant/futex.hpp"
#include "participant/life_lock.hpp"
#include "participant/pins.hpp"
#include "participant/process.hpp"

namespace telar::test {
namespace {

void stay_on_this_cpu() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
  ::sched_setaffinity(0, sizeof one, &one);  // only for speed
}

}  // namespace

trial::shared_log* trial::shared_log::make() {
  void* bytes = ::mmap(nullptr, sizeof(shared_log), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) throw std::bad_alloc();
  return new (bytes) shared_log;
}

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

}  // namespace telar::test
