// demos/support/shared.hpp: one object in memory that forked children share.
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <type_traits>

namespace demo {

/// A value, made in a page that is shared with the processes forked later.
/// What several of them write at the same time must be atomic.
template <typename Value>
class shared {
  // Each child has the page mapped, and ends without destructors.
  static_assert(std::is_trivially_destructible_v<Value>);

 public:
  shared() {
    void* memory = ::mmap(nullptr, sizeof(Value), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      throw std::system_error(errno, std::generic_category(), "mmap");
    }
    value_ = new (memory) Value{};
  }
  ~shared() { ::munmap(value_, sizeof(Value)); }
  shared(const shared&) = delete;
  shared& operator=(const shared&) = delete;

  Value& operator*() const noexcept { return *value_; }
  Value* operator->() const noexcept { return value_; }

 private:
  Value* value_;
};

}  // namespace demo
