// tests/support/follower.hpp: who follows a graph, and rebuilds it beside those
// who write.
#pragma once

#include <string>
#include <utility>

#include <telar/changes.hpp>

#include "support/mirror.hpp"

namespace telar::test {

class follower {
 public:
  explicit follower(const graph& g) : follower(g, g.follow()) {}

  /// Does what has been told, and begins anew as often as it has fallen behind.
  void follow() {
    while (!copy_.follow(feed_)) *this = follower(*g_);
  }

  /// As mirror::difference.  Requires: nobody is at work.
  [[nodiscard]] std::string difference() const { return copy_.difference(*g_); }

 private:
  follower(const graph& g, following at)
      : g_(&g), feed_(std::move(at.changes)), copy_(at.start) {}

  const graph* g_;
  change_feed feed_;
  mirror copy_;
};

}  // namespace telar::test
