// tests/support/shared_words.hpp: a few numbers that a test and all processes
// that it forks have in common.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <new>
#include <system_error>

namespace telar::test {

class shared_words {
 public:
  using word = std::atomic<std::int64_t>;

  shared_words() {
    void* const bytes = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) {
      throw std::system_error(errno, std::generic_category(), "mmap");
    }
    words_ = static_cast<word*>(bytes);
  }
  ~shared_words() { ::munmap(words_, size); }
  shared_words(const shared_words&) = delete;
  shared_words& operator=(const shared_words&) = delete;

  [[nodiscard]] word& operator[](int i) { return words_[i]; }

 private:
  static constexpr std::size_t size = 4096;
  word* words_ = nullptr;
};

}  // namespace telar::test
