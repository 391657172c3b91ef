// segment/mapping.hpp: a range of a segment in this process's address space.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "segment/backing.hpp"

namespace telar::detail {

/// Maps bytes [offset, offset + size) of a file, shared; without a file,
/// private zero pages.  Nothing is committed, and none of it enters a core
/// dump.  Unmapped with the object; the address never changes.
class mapping {
 public:
  /// Returns null, and `errno`, if the system refuses.
  static std::shared_ptr<mapping> make(const descriptor& file,
                                       std::uint64_t offset,
                                       std::uint64_t size);
  virtual ~mapping() = default;
  mapping(const mapping&) = delete;
  mapping& operator=(const mapping&) = delete;

  [[nodiscard]] std::byte* address() const noexcept { return address_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 protected:
  mapping(void* address, std::uint64_t size)
      : address_(static_cast<std::byte*>(address)), size_(size) {}

 private:
  std::byte* address_;
  std::uint64_t size_;
};

/// Whether a mapping was refused because address space is short: a smaller one
/// may fit.  (EINVAL is what valgrind says.)
[[nodiscard]] inline bool is_too_large(int errnum) {
  return errnum == ENOMEM || errnum == EINVAL || errnum == EOVERFLOW;
}

/// A mapping that is made when it is first needed, by any thread.
/// Lock-free: a fork while another thread maps leaves nothing locked.
class lazy_mapping {
 public:
  lazy_mapping() = default;
  ~lazy_mapping() { delete made_.load(std::memory_order_acquire); }
  lazy_mapping(const lazy_mapping&) = delete;

  /// The address, or null if nobody has mapped it yet.
  [[nodiscard]] std::byte* address() const noexcept {
    // Acquire: pairs with the CAS of whoever made it.
    const auto* made = made_.load(std::memory_order_acquire);
    return made ? (*made)->address() : nullptr;
  }
  /// The address; null, and `errno`, if it cannot be mapped.
  std::byte* map(const descriptor& file, std::uint64_t offset,
                 std::uint64_t size);

 private:
  std::atomic<std::shared_ptr<mapping>*> made_{nullptr};
};

}  // namespace telar::detail
