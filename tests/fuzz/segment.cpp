// tests/fuzz/segment.cpp: bytes patched into a sound segment.
//
// The first byte of an input says which segment, the second what is done with
// it; then come patches: three bytes that say where, one that says how many
// bytes, and these.
#include <cstdint>
#include <memory>
#include <vector>

#include "hostile/image.hpp"
#include "hostile/seeds.hpp"
#include "hostile/use.hpp"
#include "support/placed.hpp"

namespace telar::test {
namespace {

/// A seed, and where it is worth patching.
struct target {
  explicit target(const seed& what) {
    what.make(where);
    worthwhile = worthwhile_ranges(where);
    bytes = std::make_unique<image>(where.path(), committed_ranges(where));
    for (const range& r : worthwhile) size += r.size;
  }

  [[nodiscard]] std::uint64_t offset(std::uint64_t index) const {
    index %= size;
    for (const range& r : worthwhile) {
      if (index < r.size) return r.offset + index;
      index -= r.size;
    }
    return 0;
  }

  placed where{placement::shared};
  std::vector<range> worthwhile;
  std::unique_ptr<image> bytes;
  std::uint64_t size = 0;
};

std::vector<std::unique_ptr<target>>& all_targets() {
  static std::vector<std::unique_ptr<target>> all = [] {
    std::vector<std::unique_ptr<target>> made;
    for (const seed& s : all_seeds()) {
      made.push_back(std::make_unique<target>(s));
    }
    return made;
  }();
  return all;
}

void patch(target& t, const std::uint8_t* data, std::size_t size) {
  while (size > 4) {
    const std::uint64_t index =
        data[0] | std::uint64_t{data[1]} << 8 | std::uint64_t{data[2]} << 16;
    const std::size_t count = std::min<std::size_t>(1 + data[3] % 8, size - 4);
    t.bytes->write(data + 4, count, t.offset(index));
    data += 4 + count;
    size -= 4 + count;
  }
}

}  // namespace
}  // namespace telar::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace telar::test;
  if (size < 2) return 0;
  target& t = *all_targets()[data[0] % all_targets().size()];
  const unsigned how = data[1];
  t.bytes->restore();
  patch(t, data + 2, size - 2);
  if ((how & 1) != 0) t.bytes->mend_checksum();
  use(t.where, {.change = (how & 2) != 0,
                .examine = (how & 12) == 4,
                .repair = (how & 12) == 8,
                .salvage = (how & 16) != 0,
                .columns = (how & 32) != 0});
  return 0;
}
