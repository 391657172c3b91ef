// The header of a checkpoint.
#include "checkpoint/header.hpp"

#include <bit>
#include <cstring>

#include <telar/detail/layout.hpp>

#include "checkpoint/crc32c.hpp"
#include "error/raise.hpp"

namespace telar::detail {
namespace {

[[noreturn]] void refuse(errc code, const std::string& name,
                         const std::string& why) {
  raise(code, "cannot open " + name + ": " + why);
}

/// Counts beyond any file would make sizes that overflow.
bool counts_are_possible(const checkpoint_header& h) {
  const std::uint64_t most = h.file_bytes;
  return h.vertices <= most && h.vertices < (std::uint64_t{1} << 32) &&
         h.out_entries <= most && h.in_entries <= most &&
         h.removed <= h.vertices && h.key_slots <= most &&
         h.sections[key_bytes].bytes <= most && h.payload_size <= 4096 &&
         (h.payload_size == 0 || (h.out_entries <= most / h.payload_size &&
                                  h.in_entries <= most / h.payload_size));
}

bool kinds_are_possible(const checkpoint_header& h) {
  const bool keyed = h.keys != 0;
  const bool bidirectional =
      h.kind == static_cast<std::uint32_t>(graph_kind::bidirectional);
  return h.kind <= 2 && h.parallel <= 1 && h.keys <= 2 &&
         h.payload_alignment <= 16 &&
         std::has_single_bit(h.payload_alignment) &&
         h.payload_name[sizeof h.payload_name - 1] == 0 &&
         (bidirectional ? h.in_entries == h.out_entries : h.in_entries == 0) &&
         (keyed ? std::has_single_bit(h.key_slots) : h.key_slots == 0);
}

bool sections_are_in_place(const checkpoint_header& h) {
  checkpoint_header right = h;
  place_sections(right, h.sections[key_bytes].bytes);
  for (unsigned i = 0; i < checkpoint_parts; ++i) {
    if (h.sections[i].offset != right.sections[i].offset ||
        h.sections[i].bytes != right.sections[i].bytes) {
      return false;
    }
  }
  return h.file_bytes == right.file_bytes;
}

}  // namespace

const char* name_of(checkpoint_part part) noexcept {
  constexpr const char* names[] = {
      "out-offsets", "out-targets", "out-payloads", "in-offsets", "in-targets",
      "in-payloads", "removed",     "key-offsets",  "keys",       "key-slots"};
  return names[part];
}

void place_sections(checkpoint_header& h, std::uint64_t bytes_of_keys) {
  const bool bidirectional =
      h.kind == static_cast<std::uint32_t>(graph_kind::bidirectional);
  const bool texts = h.keys == static_cast<std::uint32_t>(key_kind::string);
  const std::uint64_t offsets = 8 * (h.vertices + 1);
  const std::uint64_t sizes[checkpoint_parts] = {offsets,
                                                 4 * h.out_entries,
                                                 h.payload_size * h.out_entries,
                                                 bidirectional ? offsets : 0,
                                                 4 * h.in_entries,
                                                 h.payload_size * h.in_entries,
                                                 4 * h.removed,
                                                 texts ? offsets : 0,
                                                 texts         ? bytes_of_keys
                                                 : h.keys != 0 ? 8 * h.vertices
                                                               : 0,
                                                 4 * h.key_slots};
  std::uint64_t end = sizeof(checkpoint_header);
  for (unsigned i = 0; i < checkpoint_parts; ++i) {
    h.sections[i].offset = (end + checkpoint_alignment - 1) /
                           checkpoint_alignment * checkpoint_alignment;
    h.sections[i].bytes = sizes[i];
    if (sizes[i] != 0) end = h.sections[i].offset + sizes[i];
  }
  h.file_bytes = end;
}

std::uint32_t checksum_of(const checkpoint_header& header) {
  return crc32c_of(&header, offsetof(checkpoint_header, checksum));
}

bool has_checkpoint_magic(const void* first_bytes) noexcept {
  return std::memcmp(first_bytes, checkpoint_magic, sizeof checkpoint_magic) ==
         0;
}

void validate(const checkpoint_header& copy, std::uint64_t file_bytes,
              const std::string& name) {
  std::uint64_t first_word = 0;
  std::memcpy(&first_word, &copy, sizeof first_word);
  if (first_word == magic) {
    refuse(errc::incompatible, name,
           "it is a live graph, not a checkpoint.  Open it as a graph, and "
           "write a checkpoint of it (telar checkpoint).");
  }
  if (!has_checkpoint_magic(&copy)) {
    refuse(errc::corrupt, name, "it is not a checkpoint.");
  }
  if (copy.byte_order != checkpoint_byte_order) {
    refuse(errc::incompatible, name,
           "a checkpoint is little-endian, and this machine is not.");
  }
  if (copy.format == 0 || copy.format > checkpoint_format) {
    refuse(errc::incompatible, name,
           "it is a checkpoint of format " + std::to_string(copy.format) +
               ", this build reads those up to " +
               std::to_string(checkpoint_format) +
               ".  Use a later version of Telar.");
  }
  if (copy.checksum != checksum_of(copy)) {
    refuse(errc::corrupt, name,
           "its header is damaged (checksum).  Use another copy, or an older "
           "checkpoint.");
  }
  if (file_bytes != copy.file_bytes) {
    refuse(errc::corrupt, name,
           "it has " + std::to_string(file_bytes) + " bytes, not " +
               std::to_string(copy.file_bytes) +
               ": it was cut, or not copied to its end.");
  }
  if (!counts_are_possible(copy) || !kinds_are_possible(copy) ||
      !sections_are_in_place(copy)) {
    refuse(errc::corrupt, name, "its header says what no checkpoint can be.");
  }
}

}  // namespace telar::detail
