// tests/crash/tracee_test.cpp: a copy of a traced process knows its own number,
// and takes nothing else for it.
#include "crash/tracee.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdint>

#include "crash/everywhere.hpp"

namespace telar::test {
namespace {

struct answers {
  std::uint64_t counted;
  std::uint64_t asked;
};

/// Counts as far as its own number goes, stops, tells, asks for it, tells.
void count_and_ask(volatile answers& told) {
  auto count = static_cast<std::uint64_t>(::getpid());
  asm volatile("int3" : "+b"(count)::"memory");  // not where getpid answers
  told.counted = count;
  told.asked = static_cast<std::uint64_t>(::getpid());
  stop_here();
}

}  // namespace

TEST_CASE("a copy of a process has its own number, and the other's counts",
          "[crash][process]") {
  require_tracing();
  void* const shared = ::mmap(nullptr, sizeof(answers), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(shared != MAP_FAILED);
  auto& told = *static_cast<volatile answers*>(shared);
  {
    tracee first = tracee::start([&] { count_and_ask(told); });
    tracee counting = first.copy();
    counting.run();
    CHECK(told.counted == static_cast<std::uint64_t>(first.pid()));
    CHECK(told.asked == static_cast<std::uint64_t>(counting.pid()));
    while (!first.is_before_call()) first.step();
    first.step();
    tracee asking = first.copy();
    asking.run();
    CHECK(told.asked == static_cast<std::uint64_t>(asking.pid()));
  }
  ::munmap(shared, sizeof(answers));
}

}  // namespace telar::test
