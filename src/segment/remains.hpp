// segment/remains.hpp: a segment that may be damaged or hostile, mapped to be
// read: nothing in it is trusted, nothing is written, no lock is touched.
//
// Bounded by what the file really holds, not by what it says: a hole is never
// read, since a tmpfs would fill it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <telar/detail/layout.hpp>
#include <telar/options.hpp>

#include "segment/backing.hpp"
#include "segment/geometry.hpp"
#include "segment/mapping.hpp"

namespace telar::detail {

class remains {
 public:
  /// Throws `not_found`, `system`; `corrupt` or `incompatible` if its first
  /// page cannot be understood, even if one bit of it is mended.
  explicit remains(const location& where);
  remains(const remains&) = delete;

  [[nodiscard]] const superblock& what() const noexcept { return what_; }
  [[nodiscard]] const detail::geometry& geometry() const noexcept {
    return geometry_;
  }
  /// The bit of the first page that was wrong, or empty.
  [[nodiscard]] const std::string& mended() const noexcept { return mended_; }

  /// How many vertices there are, or the most that the file has headers for.
  [[nodiscard]] std::uint64_t vertices() const;

  /// Whether all of these bytes are there.
  [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t bytes) const {
    return bytes <= held_from(offset);
  }
  /// How many bytes are there from this one on.
  [[nodiscard]] std::uint64_t held_from(std::uint64_t offset) const;

  /// One load, so that what is checked is what is used.  0 where nothing is.
  [[nodiscard]] std::uint64_t word(std::uint64_t offset) const {
    if (!holds(offset, sizeof(word64))) return 0;
    return reinterpret_cast<const word64*>(bytes_->address() + offset)
        ->load(std::memory_order_relaxed);
  }
  /// Requires: `holds`.
  [[nodiscard]] const std::byte* at(std::uint64_t offset) const {
    return bytes_->address() + offset;
  }

 private:
  void understand(const std::string& name);
  void find_data();

  descriptor file_;
  std::uint64_t size_ = 0;
  superblock what_{};
  detail::geometry geometry_;
  std::string mended_;
  std::shared_ptr<mapping> bytes_;
  /// What the file holds, as {begin, end}, ascending.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> data_;
};

}  // namespace telar::detail
