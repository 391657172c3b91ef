// Where the next encoded input goes.
#include "parallel/input_store.hpp"

#include <cstring>
#include <string>

#include "error/raise.hpp"

namespace telar::parallel::detail {
namespace {

/// After so much in one half the other is used, if it can be.
constexpr std::uint64_t enough = std::uint64_t{32} << 20;

}  // namespace

bool input_store::prepare() {
  for (usage& half : used_) {
    if (half.batches == 0) half.bytes = 0;
  }
  if (used_[half_].bytes < enough) return true;
  if (used_[1 - half_].batches != 0) return false;
  half_ = 1 - half_;
  return true;
}

blob input_store::store(std::span<const std::byte> bytes) {
  constexpr std::uint64_t alignment = 64;
  usage& half = used_[half_];
  const board::region all = board_.inputs();
  const std::uint64_t room = all.size / 2 / alignment * alignment;
  if (bytes.size() > room - half.bytes) {
    telar::detail::raise(errc::no_space,
                         "an input of " + std::to_string(bytes.size()) +
                             " bytes does not fit into the memory for inputs.  "
                             "Pass less, or put "
                             "it into a graph or a file.");
  }
  std::byte* const to = all.begin + half_ * room + half.bytes;
  board_.commit(to, bytes.size());
  std::memcpy(to, bytes.data(), bytes.size());
  const std::uint64_t taken =
      (bytes.size() + alignment - 1) / alignment * alignment;
  half.bytes += taken;
  stored_ += taken;
  return {to, bytes.size()};
}

}  // namespace telar::parallel::detail
