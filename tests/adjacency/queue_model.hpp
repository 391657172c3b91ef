// tests/adjacency/queue_model.hpp: the queues of free blocks of one slot, and
// std::deques that must hold the same.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "graph/core.hpp"
#include "support/problems.hpp"
#include "support/random.hpp"

namespace telar::test {

using detail::bag;
using detail::bag_entries;
using detail::block_plan;
using detail::commit_and_apply;
using detail::core;
using detail::get;
using detail::phase_idle;
using detail::queue;
using detail::set;
using detail::shortage;
using detail::slot;

inline constexpr unsigned classes = 3;  ///< Few, so that their rings go round.

/// One slot's queues, driven as changes drive them, beside their model.
class queues {
 public:
  explicit queues(seeded_random& random)
      : random_(random), me_(core_.who.mine()) {}

  /// A change that takes up to two blocks and retires up to two.
  void change() {
    taken_.clear();
    given_.clear();
    for (int tries = 0;;) {
      block_plan plan(core_.memory, me_, core_.space.sizes());
      shortage lacking;
      if (prepare(plan, lacking)) {
        // A plan that is given up needs no undoing.
        if (random_.below(8) != 0) commit(plan);
        break;
      }
      REQUIRE(++tries < 4);  // Each refill helps.
      core_.space.refill(me_, lacking);
      learn();
    }
    look();
  }

  void advance() {
    const auto before = bounds();
    // Nobody reads: it always succeeds.
    REQUIRE(core_.space.advance(me_));
    const auto after = bounds();
    for (unsigned c = 0; c < classes; ++c) {
      REQUIRE(after[c].ready == before[c].seal);
      REQUIRE(after[c].seal == before[c].tail);
    }
    look();
  }

  void retire_all() {
    while (!live_.empty()) {
      block_plan plan(core_.memory, me_, core_.space.sizes());
      const auto [block, block_class] = *live_.begin();
      if (!plan.retire(block_class, block)) {
        shortage lacking;
        lacking.bags[lacking.bag_count++] = block_class;
        core_.space.refill(me_, lacking);
        learn();
        continue;
      }
      given_ = {{block_class, block}};
      taken_.clear();
      commit(plan);
    }
    look();
    CHECK(problems(graph_) == "");
  }

  [[nodiscard]] std::uint64_t turns() const {
    return get(me_.queues[0].tail) / bag_entries;
  }

 private:
  struct indices {
    std::uint64_t head, ready, seal, tail;
  };
  struct request {
    unsigned block_class;
    std::uint64_t block;
  };

  std::vector<indices> bounds() const {
    std::vector<indices> all;
    for (unsigned c = 0; c < classes; ++c) {
      const queue& q = me_.queues[c];
      all.push_back({get(q.head), get(q.ready), get(q.seal), get(q.tail)});
    }
    return all;
  }

  /// The same plan again after each refill, as an append tries again.
  bool prepare(block_plan& plan, shortage& lacking) {
    if (taken_.empty() && given_.empty()) choose();
    bool complete = true;
    std::map<unsigned, std::size_t> from_queue;
    for (request& wanted : taken_) {
      // All of them, also those that the queue has: it is they together that
      // must be there at the next try.
      lacking.blocks[lacking.block_count++] = wanted.block_class;
      wanted.block = plan.take(wanted.block_class);
      if (wanted.block == 0) {
        complete = false;
      } else {
        expect_taken(wanted, from_queue[wanted.block_class]++);
      }
    }
    for (const request& old : given_) {
      if (plan.retire(old.block_class, old.block)) continue;
      lacking.bags[lacking.bag_count++] = old.block_class;
      complete = false;
    }
    return complete;
  }

  void choose() {
    for (auto n = random_.below(3); n != 0; --n) {
      taken_.push_back({static_cast<unsigned>(random_.below(classes)), 0});
    }
    // Phases of growth and of shrinking, so that queues fill and empty.
    const std::uint64_t most = shrinking_ ? 3 : 2;
    if (random_.below(400) == 0) shrinking_ = !shrinking_;
    auto candidate = live_.lower_bound(random_() % (largest_ + 1));
    for (auto n = random_.below(most); n != 0 && candidate != live_.end();
         --n, ++candidate) {
      given_.push_back({candidate->second, candidate->first});
    }
  }

  /// From the front of the queue while anything is ready, else a new block.
  void expect_taken(const request& got, std::size_t nth) {
    const auto& waiting = free_[got.block_class];
    const queue& q = me_.queues[got.block_class];
    if (get(q.head) + nth < get(q.ready)) {
      REQUIRE(got.block == waiting[nth]);
    } else {
      require_unknown(got.block, got.block_class);
    }
  }

  void commit(block_plan& plan) {
    commit_and_apply(core_.memory, me_,
                     {.stores = plan.record(), .edges = get(me_.edges)});
    me_.intent.state.store(phase_idle);
    for (const request& got : taken_) {
      auto& waiting = free_[got.block_class];
      if (!waiting.empty() && waiting.front() == got.block) {
        waiting.pop_front();
      }
      REQUIRE(live_.emplace(got.block, got.block_class).second);
      largest_ = std::max(largest_, got.block);
    }
    for (const request& old : given_) {
      live_.erase(old.block);
      free_[old.block_class].push_back(old.block);
    }
  }

  /// Refilling carves what an arena has left: new entries at the tails.
  void learn() {
    for (unsigned c = 0; c < classes; ++c) {
      const std::vector<std::uint64_t> all = entries(c);
      while (free_[c].size() < all.size()) {
        const std::uint64_t fresh = all[free_[c].size()];
        require_unknown(fresh, c);
        free_[c].push_back(fresh);
      }
    }
  }

  void look() {
    const auto now = bounds();
    for (unsigned c = 0; c < classes; ++c) {
      REQUIRE(now[c].head <= now[c].ready);
      REQUIRE(now[c].ready <= now[c].seal);
      REQUIRE(now[c].seal <= now[c].tail);
      const std::vector<std::uint64_t> all = entries(c);
      REQUIRE(
          std::equal(all.begin(), all.end(), free_[c].begin(), free_[c].end()));
    }
  }

  std::vector<std::uint64_t> entries(unsigned block_class) const {
    const queue& q = me_.queues[block_class];
    std::vector<std::uint64_t> all;
    std::uint64_t number = get(q.head_bag);
    for (std::uint64_t i = get(q.head); i < get(q.tail); ++i) {
      const std::uint64_t at = i % bag_entries;
      if (at == 0 && i != get(q.head)) number = next_of(number);
      const bag& from = *core_.memory.unit_at<bag>(number);
      all.push_back(std::uint64_t{get(from.high[at])} << 32 |
                    get(from.low[at]));
    }
    return all;
  }
  std::uint64_t next_of(std::uint64_t number) const {
    return get(core_.memory.unit_at<bag>(number)->next);
  }

  void require_unknown(std::uint64_t block, unsigned block_class) const {
    const std::uint64_t units = core_.space.sizes()[block_class];
    const auto apart = [&](std::uint64_t other, unsigned other_class) {
      return block + units <= other ||
             other + core_.space.sizes()[other_class] <= block;
    };
    const auto above = live_.lower_bound(block);
    if (above != live_.end()) REQUIRE(apart(above->first, above->second));
    if (above != live_.begin()) {
      const auto below = std::prev(above);
      REQUIRE(apart(below->first, below->second));
    }
    for (unsigned c = 0; c < classes; ++c) {
      for (const std::uint64_t other : free_[c]) {
        if (!apart(other, c)) FAIL("block " << block << " is given twice");
      }
    }
  }

  seeded_random& random_;
  graph graph_ = graph::create(anonymous, {.reserve = 64u << 20});
  core& core_ = core::of(graph_);
  slot& me_;
  std::map<std::uint64_t, unsigned> live_;  ///< Block → its class.
  std::deque<std::uint64_t> free_[classes];
  std::vector<request> taken_;
  std::vector<request> given_;
  std::uint64_t largest_ = 0;
  bool shrinking_ = false;
};

}  // namespace telar::test
