// tests/crash/segment_pages.hpp: the bytes of a small graph's segment: kept, put
// back, and watched for changes.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <telar/graph.hpp>

#include "crash/tracee.hpp"

namespace telar::test {

/// All pages that a small graph has, or can come to have in a few calls.
class segment_pages {
 public:
  using image = std::vector<std::byte>;

  explicit segment_pages(const graph& g);

  [[nodiscard]] image take() const;
  /// Makes the segment what it was.  Pages that were not are watched from now.
  void put_back(const image& from);

  /// Copies what has changed since `last` was up to date, in the pages that are
  /// watched: those that have ever changed.  Returns whether anything had.
  bool update(image& last) const;
  /// Whether it had in others, too, which are watched from now.
  bool changed_elsewhere(const image& last);

  /// Of the pages that are watched, without what differs from one death to the
  /// next: the thread ids of dead holders.
  [[nodiscard]] std::uint64_t hash(const image& of) const;

  /// Gives the robust mutexes of one thread to another, as if it had locked
  /// them.
  void hand_over(pid_t from, pid_t to) const;

  /// Whether a process may write into the segment.
  void allow_writes(const tracee& of, bool allowed) const;

  /// Throws if the graph has outgrown the pages that are kept.
  void require_all() const;

 private:
  void add(const void* first, std::size_t bytes);
  void watch(std::size_t page);
  void watch(const void* address);
  [[nodiscard]] std::vector<pthread_mutex_t*> mutexes() const;

  detail::core& core_;
  std::vector<std::byte*> pages_;
  std::vector<bool> is_watched_;
  std::vector<std::size_t> watched_;
};

}  // namespace telar::test
