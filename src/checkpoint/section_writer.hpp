// checkpoint/section_writer.hpp: sections, written one after the other through
// one buffer, with their checksums.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <telar/options.hpp>

#include "checkpoint/crc32c.hpp"
#include "checkpoint/header.hpp"
#include "checkpoint/replacement.hpp"

namespace telar::detail {

class section_writer {
 public:
  /// `header`: with its sections placed; gets their checksums.
  section_writer(replacement& file, checkpoint_header& header,
                 const progress_function& progress)
      : file_(file), header_(header), progress_(progress) {
    buffer_.reserve(buffer_bytes);
  }

  void begin(checkpoint_part part) {
    section_ = &header_.sections[part];
    position_ = section_->offset;
    sum_ = {};
  }
  /// Through the buffer, whatever the size: a payload that somebody overwrites
  /// meanwhile must be written as it was summed.
  void put(const void* bytes, std::size_t size) {
    const auto* from = static_cast<const std::byte*>(bytes);
    while (size != 0) {
      const std::size_t part = std::min(size, buffer_bytes - buffer_.size());
      buffer_.insert(buffer_.end(), from, from + part);
      from += part;
      size -= part;
      if (buffer_.size() == buffer_bytes) flush();
    }
  }
  template <typename T>
  void put(const T& value) {
    put(&value, sizeof value);
  }
  /// Requires: as many bytes were put as the section has.
  void end() {
    flush();
    section_->checksum = section_->bytes == 0 ? 0 : sum_.value();
  }

 private:
  static constexpr std::size_t buffer_bytes = 1 << 20;

  void flush() {
    sum_.add(buffer_.data(), buffer_.size());
    file_.write(buffer_.data(), buffer_.size(), position_);
    position_ += buffer_.size();
    buffer_.clear();
    if (progress_ && position_ - told_ > header_.file_bytes / 100) {
      told_ = position_;
      progress_(position_, header_.file_bytes);
    }
  }

  replacement& file_;
  checkpoint_header& header_;
  const progress_function& progress_;
  checkpoint_section* section_ = nullptr;
  std::uint64_t position_ = 0;
  std::uint64_t told_ = 0;
  crc32c sum_;
  std::vector<std::byte> buffer_;
};

}  // namespace telar::detail
