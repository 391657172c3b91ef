// checkpoint/header.hpp: where the sections of a checkpoint are, which follows
// from its counts, and refusing a header that is none.
#pragma once

#include <string>

#include <telar/detail/checkpoint_format.hpp>
#include <telar/options.hpp>

namespace telar::detail {

inline constexpr std::uint32_t checkpoint_byte_order = 0x01020304;

/// "targets", for messages.
[[nodiscard]] const char* name_of(checkpoint_part part) noexcept;

/// Places all sections: their offsets and sizes, and the size of the file.
/// `key_bytes`: of all keys.  Requires: counts that fit a file.
void place_sections(checkpoint_header& header, std::uint64_t key_bytes);

[[nodiscard]] std::uint32_t checksum_of(const checkpoint_header& header);

/// Throws `corrupt` or `incompatible`, saying what is wrong, unless a file of
/// `file_bytes` that begins with `copy` may be mapped and read.
void validate(const checkpoint_header& copy, std::uint64_t file_bytes,
              const std::string& name);

[[nodiscard]] bool has_checkpoint_magic(const void* first_bytes) noexcept;

}  // namespace telar::detail
