// cli/weights.cpp: weights as JSON.
#include "cli/weights.hpp"

#include <fmt/format.h>

#include <cstring>

namespace telar::cli {

json weight_as_json(const payload_type& type, const std::byte* bytes) {
  const auto as = [&](auto value) {
    std::memcpy(&value, bytes, sizeof value);
    return value;
  };
  if (type == payload_type::of<float>()) return as(float{});
  if (type == payload_type::of<double>()) return as(double{});
  std::string digits = "0x";
  for (std::uint32_t i = 0; i < type.size; ++i) {
    digits += fmt::format("{:02x}", static_cast<unsigned>(bytes[i]));
  }
  return digits;
}

}  // namespace telar::cli
