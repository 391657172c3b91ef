// parallel/input_store.hpp: shared memory for encoded inputs on their way to
// workers: two halves in turn, each from the front again when nothing of it is
// in use any more.
#pragma once

#include "parallel/board.hpp"

namespace telar::parallel::detail {

class input_store final : public blob_store {
 public:
  explicit input_store(const board& with) : board_(with) {}

  /// Whether a batch may be filled; false: wait until others are done.
  bool prepare();
  /// Which half the batch that is being filled uses.
  [[nodiscard]] std::uint32_t half() const noexcept { return half_; }
  void keep(std::uint32_t half) { ++used_[half].batches; }
  void release(std::uint32_t half) { --used_[half].batches; }
  /// Bytes that were stored, ever.
  [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }

  blob store(std::span<const std::byte> bytes) override;

 private:
  struct usage {
    std::uint64_t bytes = 0;
    std::uint32_t batches = 0;  ///< That are not done.
  };
  const board& board_;
  usage used_[2];
  std::uint32_t half_ = 0;
  std::uint64_t stored_ = 0;
};

}  // namespace telar::parallel::detail
