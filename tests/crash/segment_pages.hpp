// tests/crash/segment_pages.hpp: the bytes of a small graph's segment: kept, put
// back, and watched for changes.  Its committed memory, too: what a call commits
// is given back before the next one.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <telar/detail/column_layout.hpp>
#include <telar/graph.hpp>

#include "crash/tracee.hpp"

namespace telar::test {

/// All pages that a small graph has, or can come to have in a few calls.
class segment_pages {
 public:
  struct image {
    std::vector<std::byte> bytes;  ///< Of all pages; zeros where there is none.
    std::uint64_t committed = 0;   ///< Bytes of memory that the file has.
    /// Calls of fallocate since the beginning: what they committed may not be
    /// within the bounds yet.
    std::vector<tracee::commitment> calls;
  };

  /// Maps the first columns' ranges, if there are columns: who is forked after
  /// that has them at the same addresses.
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

  /// What a process may do with the segment: PROT_READ and so on.
  void protect(const tracee& of, int allowed) const;

  /// Throws if the graph has outgrown the pages that are kept.
  void require_all() const;

  /// Bytes of memory that the segment's file has.
  [[nodiscard]] std::uint64_t committed() const;

  /// All robust mutexes of the segment.
  [[nodiscard]] std::vector<pthread_mutex_t*> mutexes() const;

 private:
  /// A range that is committed from its front, up to a bound.
  struct region {
    std::size_t first;     ///< Of its pages.
    std::uint64_t offset;  ///< In the file.
    std::uint64_t item;    ///< Bytes for one.
    std::uint64_t before;  ///< Bytes before the first.
  };
  /// How many bytes of each region are committed.
  using extents = std::vector<std::uint64_t>;

  void add(const void* first, std::uint64_t offset, std::uint64_t bytes,
           std::uint64_t item, std::uint64_t before = 0);
  void add_columns();
  void watch(std::size_t page);
  void watch(const void* address);
  [[nodiscard]] extents bounds_now() const;
  [[nodiscard]] extents bounds_of(const image& of) const;
  [[nodiscard]] extents bounds_by(
      const detail::clocks& clocks,
      const detail::column_directory* columns) const;
  [[nodiscard]] bool is_there(std::size_t page, const extents& by,
                              const image& of) const;
  void recommit(const image& from);

  detail::core& core_;
  std::vector<region> regions_;
  std::vector<std::byte*> pages_;
  std::vector<std::size_t> region_of_;
  std::size_t directory_ = 0;  ///< Its first page, if there are columns.
  std::vector<bool> is_watched_;
  std::vector<std::size_t> watched_;
};

}  // namespace telar::test
