// A signal handler that changes the graph which its thread is just changing.
#include <csignal>
#include <cstdint>
#include <span>
#include <string>

#include <catch2/catch.hpp>

#include <telar/graph.hpp>

#include "support/problems.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// What the handler did.  It interrupts a thread that does not allocate.
struct interruptions {
  graph* g = nullptr;
  std::uint64_t added = 0;
  std::uint64_t refused = 0;
  std::string failure;
} seen;

void interrupt(int) {
  if (!seen.failure.empty()) return;
  try {
    seen.g->add_edge(1, 0);
    ++seen.added;
  } catch (const error& e) {
    if (e.code() == errc::busy) {
      ++seen.refused;
    } else {
      seen.failure = e.what();
    }
  }
}

/// Whether the processor raises SIGTRAP after each instruction.
[[maybe_unused]] void trap_each_instruction(bool on) {
#if defined(__x86_64__)
  constexpr std::uint64_t trap_flag = 0x100;
  std::uint64_t flags = 0;
  // Past the red zone, which is the compiler's.
  asm volatile(
      "lea -128(%%rsp), %%rsp\n\tpushfq\n\tpopq %0\n\t"
      "lea 128(%%rsp), %%rsp"
      : "=r"(flags));
  flags = on ? flags | trap_flag : flags & ~trap_flag;
  asm volatile(
      "lea -128(%%rsp), %%rsp\n\tpushq %0\n\tpopfq\n\t"
      "lea 128(%%rsp), %%rsp" ::"r"(flags)
      : "cc", "memory");
#else
  (void)on;
#endif
}

}  // namespace

TEST_CASE("a signal handler's change is whole or refused, wherever it strikes",
          "[participant][error]") {
#if !defined(__x86_64__) || defined(__SANITIZE_THREAD__) || \
    defined(__SANITIZE_ADDRESS__)
  skip("only x86 interrupts itself at each instruction, and no sanitizer's");
#endif
  const auto kind = GENERATE(graph_kind::undirected, graph_kind::bidirectional);
  auto g = graph::create(
      anonymous,
      {.kind = kind,
       .reserve = 64u << 20,
       .wait = {.limit = std::chrono::milliseconds(500), .stop = {}}});
  g.add_vertices(2);
  g.add_edge(0, 1);
  seen = {.g = &g, .added = 0, .refused = 0, .failure = {}};

  struct sigaction before {};
  struct sigaction action {};
  action.sa_handler = interrupt;
  REQUIRE(::sigaction(SIGTRAP, &action, &before) == 0);
  // Where there is room, where there is none, and by a span.
  constexpr std::uint64_t changes = 12;
  const endpoints one[] = {{0, 1}};
  for (std::uint64_t i = 0; i < changes; ++i) {
    trap_each_instruction(true);
    if (i % 2 == 0) {
      g.add_edge(0, 1);
    } else {
      g.add_edges(one);
    }
    trap_each_instruction(false);
  }
  ::sigaction(SIGTRAP, &before, nullptr);

  CHECK(seen.failure == "");
  CHECK(seen.added > 100);
  CHECK(seen.refused > 100);
  CHECK(g.edge_count() == 1 + changes + seen.added);
  CHECK(problems(g) == "");
}
