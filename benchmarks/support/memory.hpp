// benchmarks/support/memory.hpp: memory mapped before the clock starts.
#pragma once

#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <vector>

namespace bench {

/// Maps these bytes into this process, for writing, without changing them.
inline void populate(void* memory, std::size_t bytes) {
  constexpr std::size_t page = 4096;
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const auto from = address / page * page;
  const auto length = (address + bytes - from + page - 1) / page * page;
  if (::madvise(reinterpret_cast<void*>(from), length, MADV_POPULATE_WRITE) ==
      0) {
    return;
  }
  auto* bytes_there = static_cast<unsigned char*>(memory);
  for (std::size_t at = 0; at < bytes; at += page) {
    std::atomic_ref(bytes_there[at]).fetch_or(0);
  }
}

/// Makes the heap keep what is freed, so that it can be warmed up.
inline void keep_freed_memory() {
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  ::mallopt(M_TOP_PAD, 64 << 20);  // whole heaps of other threads stay, too
}

/// Has this thread's allocator take `bytes` from the system and keep them.
template <typename Allocator>
void warm_heap(Allocator allocator, std::size_t bytes) {
  constexpr std::size_t piece = 4096;
  std::vector<typename Allocator::value_type*> pieces(bytes / piece);
  for (auto& p : pieces) {
    p = allocator.allocate(piece);
    std::memset(p, 1, piece);
  }
  for (auto* p : pieces) allocator.deallocate(p, piece);
}

/// Bytes of memory that this process has in use.
inline std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * 4096;
}

}  // namespace bench
