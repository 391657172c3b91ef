// tests/support/shared_word.hpp: a number that a test and its processes share.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <new>

#include "support/process.hpp"

namespace telar::test {

class shared_word {
 public:
  shared_word() {
    void* bytes =
        ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(bytes != MAP_FAILED, "no memory for a shared word");
    word_ = new (bytes) std::atomic<int>(0);
  }
  ~shared_word() { ::munmap(word_, sizeof(std::atomic<int>)); }
  shared_word(const shared_word&) = delete;

  std::atomic<int>& operator*() const { return *word_; }
  std::atomic<int>* operator->() const { return word_; }

 private:
  std::atomic<int>* word_;
};

}  // namespace telar::test
