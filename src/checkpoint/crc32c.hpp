// checkpoint/crc32c.hpp: CRC-32C, by the processor's instruction where it has
// one (6 GB a second where it was measured), else by Boost (0.3).
#pragma once

#include <cstddef>
#include <cstdint>

namespace telar::detail {

class crc32c {
 public:
  void add(const void* bytes, std::size_t size) noexcept;
  [[nodiscard]] std::uint32_t value() const noexcept { return ~state_; }

 private:
  std::uint32_t state_ = 0xffffffffu;
};

/// Of one piece.
[[nodiscard]] inline std::uint32_t crc32c_of(const void* bytes,
                                             std::size_t size) noexcept {
  crc32c sum;
  sum.add(bytes, size);
  return sum.value();
}

/// Without the instruction.  For tests.
[[nodiscard]] std::uint32_t portable_crc32c(std::uint32_t state,
                                            const void* bytes,
                                            std::size_t size) noexcept;

}  // namespace telar::detail
