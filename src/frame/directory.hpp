// frame/directory.hpp: which columns a segment has: finding, adding, dropping.
// The rules are C1 to C4 of telar/detail/column_layout.hpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <telar/frame/column.hpp>

#include "graph/core.hpp"

namespace telar::detail {

class directory {
 public:
  explicit directory(std::shared_ptr<core> c);

  /// The ready columns, in the order of their places.  Concurrent, wait-free.
  [[nodiscard]] std::vector<column_info> list() const;
  /// A handle to the column of this name.  Concurrent, wait-free.
  [[nodiscard]] std::optional<column_access> find(std::string_view name) const;
  /// As `find`, but throws `not_found` naming the columns that there are.
  [[nodiscard]] column_access at(std::string_view name) const;

  /// Adds a column.  `fill` is called before anybody can see it.
  /// Throws `exists`, `bad_argument`, `no_space`, `timed_out`.
  /// If the process is killed inside: it is there and filled, or whoever adds
  /// or drops one next undoes it.
  column_access add(std::string_view name, column_type type,
                    const std::function<void(const column_access&)>& fill);
  /// Puts a new column in the place of one: the same name, type and rank.
  /// Killed inside: the column is the old one or the new one.
  void replace(const column_access& old,
               const std::function<void(const column_access&)>& fill);
  /// Drops a column; false if there is none.
  bool drop(std::string_view name);
  /// Undoes and finishes what dead processes left, unless somebody is at work.
  void recover();

  /// Commits memory of all columns for so many rows.
  void commit(std::uint64_t rows) const;

 private:
  class held;
  void make_if_absent();
  [[nodiscard]] column_access access(std::uint32_t index, std::uint64_t state,
                                     column_type type) const;
  [[nodiscard]] column_entry& entry(std::uint32_t index) const;
  std::uint32_t take_free();
  column_access build(std::string_view name, column_type type,
                      std::uint64_t order, std::uint64_t replaces,
                      const std::function<void(const column_access&)>& fill);
  void put_right(std::uint32_t index);
  void finish_replacing(column_entry& newer);
  void release(std::uint32_t index);

  std::shared_ptr<core> core_;
  segment& memory_;
};

/// The name in an entry.
[[nodiscard]] std::string name_of(const column_entry& entry);
/// Whether an entry's type is one that this build knows.
[[nodiscard]] bool is_column_type(std::uint32_t type);

}  // namespace telar::detail
