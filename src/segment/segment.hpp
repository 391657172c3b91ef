// segment/segment.hpp: the memory of one graph: mapped once at its full
// reserve, committed from the front of each region as it grows.
//
// Knows memory and bounds, nothing of edges.  All members are concurrent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <telar/detail/layout.hpp>
#include <telar/options.hpp>

#include "segment/backing.hpp"
#include "segment/geometry.hpp"
#include "segment/mapping.hpp"

namespace telar::detail {

class segment {
 public:
  /// Makes a segment without a name, empty but for its superblock and clocks.
  /// Throws as `graph::create`.
  static std::unique_ptr<segment> create(const location& where,
                                         const graph_options& options);

  /// Opens one.  The superblock is copied once and the copy validated before
  /// anything else of the segment is looked at.  Throws as `graph::open`.
  static std::unique_ptr<segment> open(const location& where,
                                       std::chrono::milliseconds patience);

  /// Whether it was opened in another boot than it was last used in.  Then
  /// this process has it alone, and must make its locks anew and recover all
  /// participants before it calls `adopt`.
  [[nodiscard]] bool is_of_another_boot() const noexcept {
    return another_boot_;
  }
  /// Says that the segment is of this boot, and lets others in.  One step:
  /// killed before it, the next opener does all of it again.
  void adopt();

  /// Has it alone, if nobody else has it open.  False: somebody has.
  [[nodiscard]] bool try_alone();
  /// Shares it, as every opener does.  Throws `busy` after a while.
  void share();

  /// Throws `corrupt` if somebody has cut the file since it was opened.
  void require_whole() const;

  /// Gives a complete segment its name: it exists whole or not at all.
  /// Throws `exists`.  Nothing to do for nameless placements.
  void publish(const location& where);

  /// This process's validated copy: never read again from the segment.
  [[nodiscard]] const superblock& what() const noexcept { return what_; }
  [[nodiscard]] const detail::geometry& geometry() const noexcept {
    return geometry_;
  }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] telar::placement placement() const noexcept {
    return static_cast<telar::placement>(what_.placement);
  }
  [[nodiscard]] bool bidirectional() const noexcept {
    return what_.kind == static_cast<std::uint32_t>(graph_kind::bidirectional);
  }
  [[nodiscard]] bool keyed() const noexcept { return what_.keys != 0; }
  /// Whether changes are told to a feed.
  [[nodiscard]] bool feeds() const noexcept { return what_.changes != 0; }

  /// The file behind it; -1 if there is none (isolated).
  [[nodiscard]] int file() const noexcept { return file_.get(); }

  // ---- Addresses.  The caller keeps indices within bounds.

  [[nodiscard]] detail::clocks& clocks() const noexcept { return *clocks_; }
  [[nodiscard]] detail::slot& slot(std::uint32_t index) const noexcept {
    return slots_[index];
  }
  /// Requires: clocks::snapshot_capacity != 0.
  [[nodiscard]] snapshot_table& snapshots() const noexcept {
    return *reinterpret_cast<snapshot_table*>(control_->address() +
                                              snapshots_offset);
  }
  [[nodiscard]] vertex_header* vertices() const noexcept { return vertices_; }
  [[nodiscard]] word64* in_words() const noexcept { return in_words_; }
  /// The word of one of a vertex's adjacencies: 0 out, 1 in.
  [[nodiscard]] word64& word(std::uint32_t list, vertex_id v) const noexcept {
    return list == 0 ? vertices_[v].word : in_words_[v];
  }
  [[nodiscard]] word64& key_ref(vertex_id v) const noexcept {
    return at<word64>(geometry_.key_refs)[v];
  }
  /// The newest version of a vertex.  Requires: v < clocks::version_capacity.
  [[nodiscard]] word64& versions(vertex_id v) const noexcept {
    return at<word64>(geometry_.versions)[v];
  }
  /// The place of a change in the feed, whatever the number.  Requires:
  /// feeds().
  [[nodiscard]] change_entry& change(std::uint64_t number) const noexcept {
    return *at<change_entry>(geometry_.changes +
                             (number & (what_.changes - 1)) * change_bytes_);
  }
  [[nodiscard]] word64& bucket(std::uint64_t index) const noexcept {
    return at<word64>(geometry_.buckets + bucket_array_offset)[index];
  }
  [[nodiscard]] word32& extent_owner(std::uint64_t index) const noexcept {
    return at<word32>(geometry_.extent_owners)[index];
  }
  /// Address of a unit of the data mapping.
  template <typename T = std::byte>
  [[nodiscard]] T* unit_at(std::uint64_t number) const noexcept {
    return reinterpret_cast<T*>(origin_ + number * unit);
  }
  template <typename T>
  [[nodiscard]] T* at(std::uint64_t offset) const noexcept {
    return reinterpret_cast<T*>(origin_ + offset);
  }
  [[nodiscard]] std::byte* origin() const noexcept { return origin_; }
  /// The control mapping outlives the segment while threads are attached.
  [[nodiscard]] const std::shared_ptr<mapping>& control() const noexcept {
    return control_;
  }
  /// Whether `count` units from `first` lie in extents that are committed.
  [[nodiscard]] bool in_extents(std::uint64_t first,
                                std::uint64_t count) const noexcept;

  // ---- Growth.  Memory is committed before the bound is raised, so a process
  // killed in between leaves memory that the next one commits again, for
  // nothing.  All throw `no_space`, with the bound unchanged.

  void grow_vertices(std::uint64_t count);
  void grow_buckets(std::uint64_t count);
  void grow_extents(std::uint64_t count);
  /// Makes room for versions of all vertices that have memory.
  void grow_versions();
  /// Requires: the caller serialises (clocks::snapshot_owner).
  void commit_snapshots();
  /// Requires: the caller serialises (clocks::attach_lock).
  void commit_slots(std::uint32_t count);

  // ---- Columns: beyond the reserve, see detail/column_layout.hpp.

  /// The directory; null if there is none, as in most graphs.
  /// Throws `corrupt`; `no_space` if it cannot be mapped.
  [[nodiscard]] column_directory* columns() const;
  /// Commits the memory of one, all zero.  It is there when whoever
  /// serialises this (clocks::attach_lock) sets clocks::columns.
  [[nodiscard]] column_directory& commit_columns();
  /// Where the cells, or the bytes of strings, of a column begin.
  /// Throws `no_space` if the range cannot be mapped; `corrupt` if the file has
  /// fewer pages than the column's entry says.
  [[nodiscard]] std::byte* cells(unsigned column) const;
  [[nodiscard]] std::byte* text(unsigned column) const;
  /// Commits pages of `entry.cells` or `entry.text`.
  /// False: the column of this generation was dropped.
  bool grow_cells(unsigned column, std::uint32_t generation,
                  std::uint64_t pages);
  bool grow_text(unsigned column, std::uint32_t generation,
                 std::uint64_t pages);
  /// Gives all memory of a column back: it reads as zeros again.
  /// Requires: nobody uses the column; the directory's lock.
  void release_column(unsigned column);
  [[nodiscard]] std::uint64_t column_bytes() const noexcept;

  [[nodiscard]] std::uint64_t committed_bytes() const noexcept;
  /// Maps a committed range for writing now.  A hint: failure does not matter.
  void populate(std::uint64_t offset, std::uint64_t bytes) const noexcept;
  void populate_all() const noexcept;

 private:
  segment() = default;
  bool map(std::uint64_t reserve);
  std::uint64_t read_first_page();
  void have_alone();
  std::chrono::milliseconds patience_{};  ///< For others to let go.
  void require_bounds() const;
  void initialise(const graph_options& options);
  void commit_feed();
  void commit(std::uint64_t offset, std::uint64_t bytes);
  [[nodiscard]] std::uint64_t graph_bytes() const noexcept;
  void require_file_size(std::uint64_t end) const;
  [[noreturn]] void fail_commit(int errnum) const;
  void meet_clocks();
  void require_limit(std::uint64_t more) const;
  [[noreturn]] void fail_reserve(const std::string& what) const;
  std::byte* map_lazily(lazy_mapping& where, std::uint64_t offset,
                        std::uint64_t size, std::uint64_t used) const;
  bool grow_pages(word64& bound, std::uint32_t generation, std::uint64_t pages,
                  std::uint64_t offset, std::uint64_t size);
  void release_range(const lazy_mapping& where, std::uint64_t offset,
                     std::uint64_t size);

  std::string name_;
  descriptor file_;
  superblock what_{};
  bool another_boot_ = false;
  detail::geometry geometry_;
  std::uint64_t change_bytes_ = 0;  ///< Of an entry of the feed.
  std::shared_ptr<mapping> control_;
  std::shared_ptr<mapping> data_;
  std::byte* origin_ = nullptr;  ///< Where offset 0 would be in `data_`.
  detail::clocks* clocks_ = nullptr;
  detail::slot* slots_ = nullptr;
  vertex_header* vertices_ = nullptr;
  word64* in_words_ = nullptr;
  mutable lazy_mapping directory_;
  mutable lazy_mapping cells_[max_columns];
  mutable lazy_mapping text_[max_columns];
};

/// Raises a bound to at least `value`.  Release: pairs with the acquire loads
/// of those who use what was committed.
inline void raise_to(word64& bound, std::uint64_t value) {
  std::uint64_t seen = bound.load(std::memory_order_relaxed);
  while (seen < value &&
         !bound.compare_exchange_weak(seen, value, std::memory_order_release,
                                      std::memory_order_relaxed)) {
  }
}

}  // namespace telar::detail
