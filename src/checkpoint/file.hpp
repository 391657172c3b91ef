// checkpoint/file.hpp: a checkpoint that is open: its validated header, and its
// bytes, which are not trusted.
#pragma once

#include <string>

#include <telar/checkpoint.hpp>

#include "checkpoint/header.hpp"
#include "segment/backing.hpp"

namespace telar::detail {

class checkpoint_file {
 public:
  /// Throws as `checkpoint::open`.
  explicit checkpoint_file(std::string path);
  ~checkpoint_file();
  checkpoint_file(const checkpoint_file&) = delete;

  /// This process's copy: never read again from the file.
  [[nodiscard]] const checkpoint_header& header() const noexcept {
    return header_;
  }
  [[nodiscard]] const std::string& name() const noexcept { return path_; }
  [[nodiscard]] const payload_type& payload() const noexcept {
    return payload_;
  }

  template <typename T = std::byte>
  [[nodiscard]] const T* section(checkpoint_part part) const noexcept {
    return reinterpret_cast<const T*>(bytes_ + header_.sections[part].offset);
  }
  /// The first byte of the file.
  [[nodiscard]] const std::byte* bytes() const noexcept { return bytes_; }
  [[nodiscard]] mapped_lists lists(bool in) const noexcept;

  /// The key of a vertex; of a number, its 8 bytes.  Requires: v < vertices.
  /// Throws `corrupt`.
  [[nodiscard]] std::string_view key(vertex_id v) const;
  /// The vertex of a key.  Throws `corrupt`.
  [[nodiscard]] std::optional<vertex_id> find(std::string_view key) const;
  [[nodiscard]] bool is_removed(vertex_id v) const noexcept;

  [[noreturn]] void fail(const std::string& why) const;

 private:
  std::string path_;
  checkpoint_header header_{};
  payload_type payload_;
  const std::byte* bytes_ = nullptr;
};

}  // namespace telar::detail
