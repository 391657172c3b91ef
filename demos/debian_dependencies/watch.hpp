// demos/debian_dependencies/watch.hpp: the processes, drawn while they weave.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>
#include <telar/graph.hpp>
#include <unordered_map>
#include <vector>

namespace demo {

/// How far a process has come: in memory that it shares with its parent, and
/// written by it alone.  A cache line each: they do not slow each other.
struct alignas(64) progress {
  std::atomic<std::uint32_t> pid = 0;
  std::atomic<std::uint64_t> at = 0;  ///< Where its stanza begins in the text.
  std::atomic<std::uint64_t> packages = 0;
  std::atomic<std::uint64_t> edges = 0;
  std::atomic<std::uint64_t> edges_seen = 0;
  std::atomic<std::uint64_t> nanoseconds = 0;
};

/// Draws a line for each process on standard error, again and again in place
/// if that is a terminal; otherwise once a second.
class watcher {
 public:
  watcher(const telar::graph& g, std::string_view text,
          std::vector<std::string_view> slices);

  void draw(std::span<const progress> board);

 private:
  [[nodiscard]] std::string line(std::size_t process, const progress& p) const;
  [[nodiscard]] std::string cloth() const;

  const telar::graph& g_;
  std::string_view text_;
  std::vector<std::string_view> slices_;
  std::unordered_map<std::string_view, std::size_t> process_of_;
  unsigned frames_ = 0;
  bool terminal_;
};

}  // namespace demo
