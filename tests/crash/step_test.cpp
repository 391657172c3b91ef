// Killed at every single instruction.
#include <sys/mman.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "crash/everywhere.hpp"
#include "crash/trial.hpp"
#include "support/process.hpp"

using namespace telar;
using namespace telar::test;

namespace {

/// How many instructions of a call TELAR_FULL asks for: 1 is all of them.
std::optional<std::uint64_t> instructions_wanted() {
  const char* asked = std::getenv("TELAR_FULL");
  if (asked == nullptr) return std::nullopt;
  const std::uint64_t number = std::stoull(asked);
  return number == 1 ? ~0ull : number;
}

/// Runs a trial in a process of its own.
tally tried(const scenario& what, const std::function<void(trial&)>& kill) {
  void* bytes = ::mmap(nullptr, sizeof(tally), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(bytes != MAP_FAILED);
  auto& result = *new (bytes) tally;
  const auto wanted = instructions_wanted();
  process child = start_process([&] {
    patience how_long;
    if (wanted) how_long.each_instruction = *wanted;
    trial one(what, result, how_long);
    kill(one);
    return 0;
  });
  const int code =
      wanted ? wait_for(child, std::chrono::hours(1)) : wait_for(child);
  const tally made = result;
  ::munmap(bytes, sizeof(tally));
  INFO(what.name << ", " << made.at << ": " << made.first);
  CHECK(code == 0);
  CHECK(made.violations == 0);
  return made;
}

/// All, or those that TELAR_SCENARIO is a part of the name of.
std::vector<scenario> chosen_scenarios() {
  std::vector<scenario> all = all_scenarios();
  for (scenario& one : frame_scenarios()) all.push_back(std::move(one));
  if (const char* part = std::getenv("TELAR_SCENARIO")) {
    std::erase_if(all, [&](const scenario& one) {
      return one.name.find(part) == std::string::npos;
    });
  }
  return all;
}

/// `together`: while others make their call, too.
void try_all(const char* how, const std::function<void(trial&)>& kill,
             bool together = false) {
  require_tracing();
  std::vector<scenario> scenarios = chosen_scenarios();
  if (together) {
    std::erase_if(scenarios,
                  [](const scenario& one) { return one.last_memory; });
  }
  tally sum;
  for (const scenario& one : scenarios) {
    const tally made = tried(one, kill);
    sum.kills += made.kills;
    sum.states += made.states;
    sum.violations += made.violations;
    std::printf(
        "%6llu kills, %5llu instructions, %3llu states, %llu wrong: %s\n",
        (unsigned long long)made.kills, (unsigned long long)made.instructions,
        (unsigned long long)made.states, (unsigned long long)made.violations,
        one.name.c_str());
  }
  // full.sh reads this.
  std::printf("%s: %zu scenarios, %llu kills, %llu states, %llu wrong\n", how,
              scenarios.size(), (unsigned long long)sum.kills,
              (unsigned long long)sum.states,
              (unsigned long long)sum.violations);
}

}  // namespace

TEST_CASE("killed at any instruction, a call is whole or absent",
          "[crash][process]") {
  try_all("once", [](trial& t) { t.kill_once(); });
}

TEST_CASE("killed at any step of a repair, the repair is finished by the next",
          "[crash][process]") {
  try_all("twice", [](trial& t) { t.kill_twice(); });
}

TEST_CASE(
    "killed while others wait for it, a call is whole or absent, and theirs "
    "whole",
    "[crash][process]") {
  try_all(
      "awaited", [](trial& t) { t.kill_awaited(); }, true);
}

TEST_CASE("held up at any access, a call and another's are both whole",
          "[crash][process]") {
  try_all(
      "paused", [](trial& t) { t.pause(); }, true);
}

TEST_CASE("a process that is killed leaves what its killed twin leaves",
          "[crash][process]") {
  require_tracing();
  for (const scenario& one : all_scenarios()) {
    if (one.name != "moves both ends to larger blocks" &&
        one.name != "attaches, and reads") {
      continue;
    }
    const tally made = tried(one, [](trial& t) {
      require(t.twins_die_alike(), "a twin's death differs");
    });
    CHECK(made.kills >= 2 * made.states);
  }
}
