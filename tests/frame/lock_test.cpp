// The directory's lock: waiting for it ends, and its holder's death frees it.
#include <catch2/catch.hpp>

#include <sys/mman.h>

#include <atomic>
#include <csignal>
#include <new>
#include <thread>

#include "frame/tables.hpp"
#include "graph/core.hpp"
#include "participant/life_lock.hpp"

using namespace telar;
using namespace telar::test;
using Catch::Contains;

TEST_CASE(
    "who holds the columns' lock too long is named, and holds up no reader",
    "[frame][process][crash]") {
  const segment_name name("held");
  frame table = small_table(10, name);
  const auto x = table.add_column<int>("x", 3);
  void* shared =
      ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(shared != MAP_FAILED);
  auto& locked = *new (shared) std::atomic<int>{0};
  process holder = start_process([&]() -> int {
    auto& all = *detail::core::of(table.vertices()).memory.columns();
    detail::life_lock::acquire(all.lock);
    all.holder = static_cast<std::uint32_t>(::getpid());
    // As far as a column that is being made.
    all.entries[1].state = detail::pack_column(0, detail::column_building);
    locked = 1;
    for (;;) std::this_thread::yield();
  });
  while (locked == 0) std::this_thread::yield();
  holder.send(SIGSTOP);

  CHECK(x.load(9) == 3);
  CHECK(table.columns().size() == 1);
  CHECK(table.append_rows(5) == 10);
  CHECK(frame::open(name).has("x"));
  const failure found = failure_of([&] { return table.add_column<int>("y"); });
  CHECK(found.code == errc::timed_out);
  CHECK_THAT(found.message, Contains(std::to_string(holder.pid())));

  holder.send(SIGKILL);
  CHECK(holder.wait() == -SIGKILL);
  CHECK(table.add_column<int>("y", 4).load(14) == 4);
  CHECK(problems(table) == "");
  ::munmap(shared, sizeof(std::atomic<int>));
}
