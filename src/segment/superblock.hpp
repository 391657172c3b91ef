// segment/superblock.hpp: writing what a graph is, and refusing what is none.
#pragma once

#include <cstdint>
#include <string>

#include <telar/detail/layout.hpp>
#include <telar/options.hpp>

namespace telar::detail {

/// Describes a new segment.  Throws `bad_argument` for options that no segment
/// can have.
[[nodiscard]] superblock describe(const location& where,
                                  const graph_options& options,
                                  std::uint64_t reserve);

/// Throws `corrupt` or `incompatible`, saying which part is wrong, unless this
/// build can use a file of `file_bytes` that begins with `copy`.
void validate(const superblock& copy, std::uint64_t file_bytes,
              const std::string& name);

/// Identifies the running system: a file's locks mean nothing after a reboot.
[[nodiscard]] std::string boot_id();

}  // namespace telar::detail
