// segment/superblock.hpp: writing what a graph is, and refusing what is none.
#pragma once

#include <cstdint>
#include <string>

#include <telar/detail/layout.hpp>
#include <telar/options.hpp>

namespace telar::detail {

/// What a refusal ends with, of a graph that another build, machine or boot made.
inline constexpr char by_checkpoint[] =
    "  Graphs move by checkpoint: `telar checkpoint` there, `telar restore` "
    "here.";

/// Bytes of the feed's ring; 0 where there is none.
[[nodiscard]] inline std::uint64_t feed_bytes(const superblock& what) {
  return what.changes * change_bytes(what.payload_size);
}

/// Describes a new segment.  Throws `bad_argument` for options that no segment
/// can have.
[[nodiscard]] superblock describe(const location& where,
                                  const graph_options& options,
                                  std::uint64_t reserve);

/// Throws `corrupt` or `incompatible`, saying which part is wrong, unless this
/// build can use a file of `file_bytes` that begins with `copy`.  Not by its
/// boot.
void validate(const superblock& copy, std::uint64_t file_bytes,
              const std::string& name);

/// Whether this is the boot in which it was last used: a file's locks mean
/// nothing after a reboot.  Throws `incompatible` if it can be neither that nor
/// an earlier one of the same file.
[[nodiscard]] bool is_of_this_boot(const superblock& copy,
                                   const std::string& name);

/// Says that it is used in this boot.
void adopt_boot(superblock& block, const std::string& name);

/// Identifies the running system: a file's locks mean nothing after a reboot.
/// Throws `system`, or `no_space`, for the graph of this name: without it a
/// graph would be another boot's.
[[nodiscard]] std::string boot_id(const std::string& name);

}  // namespace telar::detail
