// The checksum of checkpoints.
#include "checkpoint/crc32c.hpp"

#include <cstring>

#include <boost/crc.hpp>

namespace telar::detail {
namespace {

#if defined(__x86_64__)
#define TELAR_HAS_CRC_INSTRUCTION 1

bool has_instruction() noexcept {
  static const bool has = __builtin_cpu_supports("sse4.2");
  return has;
}

[[gnu::target("sse4.2")]] std::uint32_t by_instruction(
    std::uint32_t state, const void* bytes, std::size_t size) noexcept {
  const auto* at = static_cast<const unsigned char*>(bytes);
  std::uint64_t sum = state;
  for (; size >= 8; size -= 8, at += 8) {
    unsigned long long word = 0;
    std::memcpy(&word, at, sizeof word);
    sum = __builtin_ia32_crc32di(sum, word);
  }
  auto rest = static_cast<std::uint32_t>(sum);
  for (; size != 0; --size, ++at) rest = __builtin_ia32_crc32qi(rest, *at);
  return rest;
}
#endif

}  // namespace

std::uint32_t portable_crc32c(std::uint32_t state, const void* bytes,
                              std::size_t size) noexcept {
  // Boost takes and gives a remainder that is not reflected.
  boost::crc_optimal<32, 0x1edc6f41u, 0xffffffffu, 0, true, true> sum;
  const auto reflected = [](std::uint32_t x) {
    std::uint32_t r = 0;
    for (int i = 0; i < 32; ++i) r = r << 1 | (x >> i & 1);
    return r;
  };
  sum.reset(reflected(state));
  sum.process_bytes(bytes, size);
  return sum.checksum();
}

void crc32c::add(const void* bytes, std::size_t size) noexcept {
#ifdef TELAR_HAS_CRC_INSTRUCTION
  if (has_instruction()) {
    state_ = by_instruction(state_, bytes, size);
    return;
  }
#endif
  state_ = portable_crc32c(state_, bytes, size);
}

}  // namespace telar::detail
