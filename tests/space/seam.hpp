// tests/space/seam.hpp: calls of the system that fail when they are told to.
//
// This program defines the functions by which the library asks the system for
// something (seam_calls.cpp); they do what the real ones do, unless a fault is
// armed in the calling thread.  The library is linked as it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace telar::test {

enum class call : unsigned {
  access,
  fallocate,
  fchmod,
  fopen,
  fstat,
  fsync,
  ftruncate,
  linkat,
  madvise,
  memfd_create,
  mmap,
  open,
  pread,
  pwrite,
  rename,
  renameat2,
  unlink,
  operator_new,
};

[[nodiscard]] const char* to_string(call what) noexcept;

/// Which calls are counted, and fail.
enum class resource { system, heap };

/// The `at`th call fails, and `times - 1` more after it.
struct fault {
  resource of = resource::system;
  std::uint64_t at = 0;  ///< From 1; 0: none fails, they are only counted.
  std::uint64_t times = 1;
  int errnum = 0;
  bool all = false;  ///< Whatever the later calls are; or of one function.
};

inline constexpr std::uint64_t for_ever = ~std::uint64_t{0};

/// Arms a fault in this thread, for as long as it lives.
class armed {
 public:
  explicit armed(const fault& what);
  ~armed();
  armed(const armed&) = delete;
  armed& operator=(const armed&) = delete;

  /// The calls made so far, in their order.
  [[nodiscard]] std::vector<call> calls() const;
  /// How many of them failed.
  [[nodiscard]] std::uint64_t failed() const noexcept;
};

/// What the system is like for this thread, as long as it lives.
class system_without {
 public:
  /// O_TMPFILE, as some file systems.
  struct nameless_files {};
  explicit system_without(nameless_files);
  /// The time to commit more than that without being interrupted by a signal.
  struct time_for {
    std::int64_t bytes;
  };
  explicit system_without(time_for more);
  /// The punching of holes, as some file systems.
  struct holes {};
  explicit system_without(holes);
  ~system_without();
  system_without(const system_without&) = delete;
};

/// What a call of `open` or `fallocate` meets there: an errno, or 0.
[[nodiscard]] int refusal_of_open(int flags) noexcept;
[[nodiscard]] int refusal_of_fallocate(int mode, std::int64_t bytes) noexcept;

/// Asked by each of the functions: whether it is to fail, with `errno` set.
[[nodiscard]] bool is_to_fail(call what) noexcept;

}  // namespace telar::test
