// parallel/tbb_threads.hpp: threads of oneTBB, and nothing else of it: the only
// file that names it is compiled without ThreadSanitizer, which would not know
// how the library hands work to its threads.
#pragma once

#include <memory>

namespace telar::parallel::detail {

class tbb_threads {
 public:
  /// Room for `helpers` threads besides the caller's, beyond the number of
  /// cpus if need be.
  explicit tbb_threads(unsigned helpers);
  ~tbb_threads();
  tbb_threads(const tbb_threads&) = delete;
  tbb_threads& operator=(const tbb_threads&) = delete;

  /// Has a thread call `body(with)`, some time.
  void start(void (*body)(void*), void* with);

 private:
  struct arena;
  std::unique_ptr<arena> arena_;
  unsigned helpers_;
};

}  // namespace telar::parallel::detail
