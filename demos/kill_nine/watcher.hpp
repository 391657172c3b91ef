// demos/kill_nine/watcher.hpp: one line on a terminal, or some in a file.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <telar/graph.hpp>

#include "ledger.hpp"

namespace demo {

/// The line that one watches.
class watcher {
 public:
  watcher(const telar::graph& g, const ledger& told) : g_(g), told_(told) {}

  void draw(double seconds, std::uint64_t kills) {
    std::uint64_t repairs = 0;
    for (const auto& p : g_.info().participants) repairs += p.repairs;
    repairs_ = std::max(repairs_, repairs);  // some are between two processes
    fmt::print(
        "{}{:.1f} s: {} edges acknowledged, {} kills, {} repairs, longest wait "
        "{:.0f} ms{}",
        terminal_ ? "\r" : "", seconds, told_.count(), kills, repairs_,
        told_.longest_ms(), terminal_ ? "\033[K" : "\n");
    std::fflush(stdout);
  }
  [[nodiscard]] std::chrono::milliseconds pause() const {
    return std::chrono::milliseconds(terminal_ ? 50 : 500);
  }

 private:
  const telar::graph& g_;
  const ledger& told_;
  bool terminal_ = ::isatty(STDOUT_FILENO) == 1;
  std::uint64_t repairs_ = 0;
};

}  // namespace demo
