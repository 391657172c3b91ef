// tests/checkpoint/forged.hpp: checkpoints as an enemy makes them, and a look at
// all that they have.
#pragma once

#include <string>
#include <vector>

#include <telar/checkpoint.hpp>

#include "checkpoint/crc32c.hpp"
#include "checkpoint/header.hpp"
#include "support/failure.hpp"

namespace telar::test {

inline constexpr std::uint64_t forged_reserve = 16u << 20;

/// Opened, and all of it looked at: an error, or not.
inline void use_forged(const std::string& path) {
  const auto saved = checkpoint::open(path);
  (void)failure_of([&] {
    saved.verify();
    return 0;
  });
  (void)failure_of(
      [&] { return saved.restore(isolated, {.reserve = forged_reserve}); });
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < saved.vertex_count(); ++i) {
    const auto v = static_cast<vertex_id>(i);
    (void)failure_of([&] {
      for (const vertex_id target : saved.neighbors(v)) sum += target;
      return saved.find_edge(v, 0);
    });
    (void)failure_of([&] {
      for (const vertex_id source : saved.in_neighbors(v)) sum += source;
      return saved.in_degree(v);
    });
    (void)failure_of([&] {
      const auto all = saved.half_edges<std::uint32_t>(v);
      for (const std::uint32_t payload : all.payloads) sum += payload;
      return 0;
    });
    (void)failure_of([&] {
      for (const char c : saved.key(v)) sum += static_cast<unsigned char>(c);
      return saved.find(saved.key(v));
    });
    (void)failure_of([&] { return saved.find(saved.key_number(v)); });
    (void)saved.is_removed(v);
  }
  // So that all is read.
  [[maybe_unused]] const volatile std::uint64_t read = sum;
}

inline detail::checkpoint_header& header_of(std::vector<char>& all) {
  return *reinterpret_cast<detail::checkpoint_header*>(all.data());
}

/// Makes all checksums right again, as an enemy would.
inline void forge(std::vector<char>& all) {
  auto& header = header_of(all);
  for (auto& section : header.sections) {
    if (section.bytes == 0 || section.offset > all.size() ||
        section.bytes > all.size() - section.offset) {
      continue;
    }
    section.checksum =
        detail::crc32c_of(all.data() + section.offset, section.bytes);
  }
  header.checksum = detail::checksum_of(header);
}

}  // namespace telar::test
