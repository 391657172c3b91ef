// parallel/helper_threads.hpp: the threads that help a caller: oneTBB's, or, in
// builds with a sanitizer, the standard library's.  Nothing else of oneTBB is
// used.
#pragma once

#include <memory>

namespace telar::parallel::detail {

class helper_threads {
 public:
  /// Room for `helpers` threads besides the caller's, beyond the number of
  /// cpus if need be.
  explicit helper_threads(unsigned helpers);
  ~helper_threads();
  helper_threads(const helper_threads&) = delete;
  helper_threads& operator=(const helper_threads&) = delete;

  /// Has a thread call `body(with)`, some time.
  void start(void (*body)(void*), void* with);

 private:
  struct arena;
  std::unique_ptr<arena> arena_;
  unsigned helpers_;
};

}  // namespace telar::parallel::detail
