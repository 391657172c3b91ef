// tests/crash/tracee_test.cpp: a copy of a traced process knows its own number,
// and takes nothing else for it.
#include "crash/tracee.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdint>

#include "crash/everywhere.hpp"
#include "support/shared_words.hpp"

namespace telar::test {
namespace {

/// Of the words that both have in common.
constexpr int counted = 0;
constexpr int asked = 1;

/// Counts as far as its own number goes, stops, tells, asks for it, tells.
void count_and_ask(shared_words& told) {
  std::int64_t count = ::getpid();
  asm volatile("int3" : "+b"(count)::"memory");  // not where getpid answers
  told[counted] = count;
  told[asked] = ::getpid();
  stop_here();
}

}  // namespace

TEST_CASE("a copy of a process has its own number, and the other's counts",
          "[crash][process]") {
  require_tracing();
  shared_words told;
  tracee first = tracee::start([&] { count_and_ask(told); });
  tracee counting = first.copy();
  counting.run();
  CHECK(told[counted] == first.pid());
  CHECK(told[asked] == counting.pid());
  while (!first.is_before_call()) first.step();
  first.step();
  tracee asking = first.copy();
  asking.run();
  CHECK(told[asked] == asking.pid());
}

}  // namespace telar::test
