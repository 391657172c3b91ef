// tests/storm/round.cpp: starting, killing and replacing workers.
#include "storm/round.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "graph/core.hpp"
#include "storm/verdict.hpp"
#include "storm/workers.hpp"
#include "support/problems.hpp"
#if defined(TELAR_CHAOS)
#include "chaos/chaos.hpp"
#endif

namespace telar::test {
namespace {

/// A call that takes longer counts as hung.  Ten seconds after which a wait is
/// given up are an error of their worker's.
constexpr std::uint64_t hung_ns = 30'000'000'000;

void begin_chaos([[maybe_unused]] std::uint64_t seed) {
#if defined(TELAR_CHAOS)
  chaos::delay_at_markers(seed | 1);
#endif
}

}  // namespace

storm_round::storm_round(std::mt19937_64 random)
    : random_(random),
      what_(random_),
      writers_(2 + below(7)),
      threads_(static_cast<int>(1 + below(storm_log::most_threads))),
      readers_(1 + below(2)),
      name_(below(4) == 0 ? std::optional<segment_name>("storm")
                          : std::nullopt),
      g_(graph::create(name_ ? location(*name_) : location(anonymous),
                       what_.options())) {
  if (!what_.keyed()) g_.add_vertices(what_.vertices());
}

std::string storm_round::name() const {
  return std::to_string(writers_) + " writers of " + std::to_string(threads_) +
         " threads, " + std::to_string(readers_) + " readers, " + what_.name() +
         (name_ ? ", by name" : "");
}

void storm_round::run(std::uint64_t kills, storm_totals& sum) {
  for (std::size_t worker = 0; worker < writers_ + readers_; ++worker) {
    crew_.emplace_back(0);
    start(worker);
  }
  if (what_.feeds()) follower_.emplace(g_);
  const std::uint64_t most = crew_.size();
  while (kills_ + most < kills && log_.drawn() < weave::tickets) {
    wait_for_progress(below(400));
    // Neighbours, so that none is chosen twice.
    const std::uint64_t first = below(most);
    const std::uint64_t victims = 1 + below(3);
    for (std::uint64_t i = 0; i < victims; ++i) {
      crew_[(first + i) % most].send(SIGKILL);
    }
    for (std::uint64_t i = 0; i < victims; ++i) {
      bury((first + i) % most);
      start((first + i) % most);
    }
  }
  kill_all();
  account(sum);
}

void storm_round::start(std::size_t worker) {
  const std::uint64_t seed = random_();
  crew_[worker] = start_process([&] { return work(worker, seed); });
}

/// What a forked worker does until it is killed.
int storm_round::work(std::size_t worker, std::uint64_t seed) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Or whoever kills and replaces them would be the one who waits.
  (void)!::nice(10);
  std::optional<graph> own;
  if (name_) own.emplace(graph::open(*name_));
  graph& g = own ? *own : g_;
  const auto job = [&](int thread) {
    begin_chaos(seed + static_cast<std::uint64_t>(thread) * 2);
    post& mine = log_.at(worker, thread);
    if (worker < writers_) {
      write_on(g, what_, log_, mine);
    } else {
      read_on(g, what_, log_, mine, seed);
    }
  };
  // What a thread throws ends the process by std::terminate.
  std::vector<std::jthread> others;
  for (int i = 1; i < (worker < writers_ ? threads_ : 1); ++i) {
    others.emplace_back(job, i);
  }
  job(0);
  return 1;
}

void storm_round::bury(std::size_t worker) {
  const int code = crew_[worker].wait();
  if (code != -SIGKILL) {
    throw std::runtime_error("a worker ended with " + std::to_string(code) +
                             ": see above");
  }
  ++kills_;
  // In its last call it may have waited longest.
  const std::uint64_t now = now_ns();
  bool in_a_call = false;
  for (int thread = 0; thread < threads_; ++thread) {
    post& its = log_.at(worker, thread);
    if (its.began != 0) {
      longest_ns_ = std::max(longest_ns_, now - its.began.load());
      in_a_call = true;
    }
    its.began = 0;
  }
  if (in_a_call) ++kills_in_a_call_;
}

void storm_round::kill_all() {
  for (const process& one : crew_) one.send(SIGKILL);
  for (std::size_t worker = 0; worker < crew_.size(); ++worker) bury(worker);
  crew_.clear();
}

/// The others go on meanwhile: where the victim is then, nobody has chosen.
void storm_round::wait_for_progress(std::uint64_t tickets) {
  const std::uint64_t drawn = log_.drawn();
  const std::uint64_t until = std::min(drawn + tickets, weave::tickets);
  // More than that they need not do while somebody dies; and what they replace
  // is held for a reader that does not get the CPU.
  log_.allow(drawn + (what_.changing() ? 2'000 : 50'000));
  while (log_.drawn() < until) {
    watch();
    follow();
    // Asleep, so as to be woken at once: who yields among many waits for all.
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
}

void storm_round::follow() {
  if (follower_) follower_->follow();
}

void storm_round::watch() {
  const std::uint64_t now = now_ns();
  for (std::size_t worker = 0; worker < writers_ + readers_; ++worker) {
    for (int thread = 0; thread < threads_; ++thread) {
      const std::uint64_t began = log_.at(worker, thread).began.load();
      if (began == 0 || began >= now || now - began < hung_ns) continue;
      throw std::runtime_error("worker " + std::to_string(worker) + " hung");
    }
  }
}

void storm_round::account(storm_totals& sum) {
  const std::string damage = problems(g_);
  if (!damage.empty()) throw std::runtime_error(damage);
  follow();
  const std::string difference = follower_ ? follower_->difference() : "";
  if (!difference.empty()) {
    throw std::runtime_error("whoever follows has " + difference);
  }
  const verdict found = judge(g_, what_, log_);
  require(found.edges <= found.acknowledged + found.in_flight,
          "there are more edges than were begun");
  for (std::size_t worker = 0; worker < writers_ + readers_; ++worker) {
    for (int thread = 0; thread < threads_; ++thread) {
      longest_ns_ =
          std::max(longest_ns_, log_.at(worker, thread).longest.load());
    }
  }
  detail::core& c = detail::core::of(g_);
  for (std::uint32_t i = 0; i < c.who.slot_count(); ++i) {
    sum.repairs += detail::get(c.memory.slot(i).repairs);
    sum.redone += detail::get(c.memory.slot(i).redone);
  }
  ++sum.rounds;
  sum.kills += kills_;
  sum.kills_in_a_call += kills_in_a_call_;
  sum.acknowledged += found.acknowledged;
  sum.removed += found.removed;
  sum.changed += found.changed;
  sum.reads += log_.reads();
  sum.snapshots += log_.snapshots();
  sum.longest_ns = std::max(sum.longest_ns, longest_ns_);
}

}  // namespace telar::test
