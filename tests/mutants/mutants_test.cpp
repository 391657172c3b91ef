// The exhaustive kills are evidence because they find these mistakes.
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "crash/trial.hpp"
#include "mutants/mutant.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"

extern "C" {
int telar_mutant = 0;
}

using namespace telar;
using namespace telar::test;

namespace {

using method = void (trial::*)();

struct finder {
  const char* name;
  method kill;
};
constexpr finder finders[] = {{"once", &trial::kill_once},
                              {"paused", &trial::pause},
                              {"awaited", &trial::kill_awaited},
                              {"twice", &trial::kill_twice}};

struct verdict {
  bool found = false;
  char by[128] = {};
  char how[400] = {};
  std::uint64_t kills = 0;
};

/// Memory that workers and this process have in common.
template <typename T>
T* shared_array(std::size_t count) {
  void* bytes = ::mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) throw std::bad_alloc();
  auto* all = static_cast<T*>(bytes);
  for (std::size_t i = 0; i < count; ++i) new (all + i) T;
  return all;
}

/// Whether a finder finds the mutant in a scenario: by a violation, a crash, or
/// the watchdog.
bool finds(int number, const finder& by, const scenario& what, verdict& told) {
  static tally* const result = shared_array<tally>(1);
  new (result) tally;
  process child = start_process([&] {
    // Quietly: what goes wrong here is what is looked for.
    if (number != 0 && !std::freopen("/dev/null", "w", stderr)) return 1;
    telar_mutant = number;
    patience how_long;
    if (number != 0) {
      how_long.wait = std::chrono::milliseconds(500);
      how_long.hang_seconds = 10;
      how_long.first_only = true;
    }
    try {
      trial one(what, *result, how_long);
      (one.*by.kill)();
    } catch (const first_violation&) {
    }
    return 0;
  });
  const int code = child.wait();
  told.kills += result->kills;
  if (code == 0 && result->violations == 0) return false;
  told.found = true;
  std::snprintf(told.by, sizeof told.by, "%s: %s", by.name, what.name.c_str());
  std::snprintf(told.how, sizeof told.how, "%s",
                code == -SIGALRM          ? "it hangs"
                : result->violations != 0 ? result->first
                                          : "it does not survive");
  return true;
}

/// The one named "METHOD: SCENARIO", and, if asked for, all others.
void look_for(int number, const std::string& first, bool all, verdict& told) {
  bool known = false;
  for (const bool named : {true, false}) {
    if (!named && !all) break;
    for (const finder& by : finders) {
      for (const scenario& what : all_scenarios()) {
        if ((by.name + (": " + what.name) == first) != named) continue;
        known = true;
        if (finds(number, by, what, told)) return;
      }
    }
    if (!known) throw std::logic_error("there is no finder " + first);
  }
}

bool asked(const char* variable) { return std::getenv(variable) != nullptr; }

/// Judges all mutants, with as many processes as there are processors.
void judge(verdict* verdicts) {
  auto* next = shared_array<std::atomic<std::size_t>>(1);
  const char* only = std::getenv("TELAR_MUTANT");
  std::vector<process> workers;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency());
       ++i) {
    workers.push_back(start_process([&] {
      for (std::size_t m = next->fetch_add(1); m < mutants.size();
           m = next->fetch_add(1)) {
        const int number = static_cast<int>(m + 1);
        if (only && std::atoi(only) != number) continue;
        const mutant& one = mutants[m];
        const bool all = one.survives.empty() || asked("TELAR_FULL");
        look_for(number, one.finder, all, verdicts[m]);
        std::printf("%2d %-8s %6llu kills: %s\n             %s%s%s\n", number,
                    verdicts[m].found ? "found" : "survives",
                    (unsigned long long)verdicts[m].kills, one.name.c_str(),
                    verdicts[m].by, verdicts[m].found ? ", " : "",
                    verdicts[m].how);
        std::fflush(stdout);
      }
      return 0;
    }));
  }
  for (process& worker : workers) {
    CHECK(worker.wait(std::chrono::minutes(60)) == 0);
  }
}

}  // namespace

TEST_CASE("the exhaustive kills find the mistakes of the mutants",
          "[crash][process]") {
  if (!can_trace()) skip("no permission to trace a process");
  auto* verdicts = shared_array<verdict>(mutants.size());
  judge(verdicts);
  std::size_t found = 0;
  for (std::size_t m = 0; m < mutants.size(); ++m) {
    INFO(m + 1 << ": " << mutants[m].name << ": " << mutants[m].survives);
    found += verdicts[m].found;
    if (!asked("TELAR_MUTANT")) {
      CHECK(verdicts[m].found == mutants[m].survives.empty());
    }
  }
  std::printf("%zu of %zu mutants found\n", found, mutants.size());
  if (!asked("TELAR_MUTANT")) CHECK(found * 100 >= mutants.size() * 95);
}

TEST_CASE("what finds the mutants finds nothing without them",
          "[crash][process]") {
  if (!can_trace()) skip("no permission to trace a process");
  std::set<std::string> all;
  for (const mutant& one : mutants) all.insert(one.finder);
  for (const std::string& one : all) {
    verdict told;
    look_for(0, one, false, told);
    INFO(told.by << ": " << told.how);
    CHECK_FALSE(told.found);
  }
}
