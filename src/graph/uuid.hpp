// graph/uuid.hpp: 16 bytes as people write them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace telar::detail {

inline std::string uuid_text(const std::uint8_t (&bytes)[16]) {
  std::string text;
  char digits[3];
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    std::snprintf(digits, sizeof digits, "%02x", bytes[i]);
    text += digits;
  }
  return text;
}

}  // namespace telar::detail
