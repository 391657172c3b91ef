// What many do at once could have been done one after the other.
//
// TELAR_HISTORIES=100000 records so many by threads and as many by processes.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <catch2/catch.hpp>

#include "history/recorder.hpp"

using namespace telar;
using namespace telar::test;

namespace {

std::uint64_t histories() {
  if (const char* many = std::getenv("TELAR_HISTORIES")) {
    return std::stoull(many);
  }
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  return 200;
#else
  return 1'000;
#endif
}

/// How much of what was recorded ran at the same time as something else.
std::uint64_t overlaps(const history& all) {
  std::uint64_t count = 0;
  for (const operation& one : all.operations) {
    for (const operation& other : all.operations) {
      if (other.worker != one.worker && other.began < one.ended &&
          one.began < other.ended) {
        ++count;
        break;
      }
    }
  }
  return count;
}

void explain_all(crew_kind crew) {
  const seeded_random random;
  std::uint64_t overlapping = 0;
  std::uint64_t operations = 0;
  int failed = 0;
  const auto check = [&](const history& all) {
    overlapping += overlaps(all);
    operations += all.operations.size();
    const std::string wrong = contradiction(all);
    if (wrong.empty() || ++failed > 3) return;
    INFO(text_of(all));
    CHECK(wrong == "");
  };
  recording what{.crew = crew, .histories = histories() / 8};
  for (const auto kind : {graph_kind::undirected, graph_kind::directed,
                          graph_kind::bidirectional}) {
    for (const auto parallel :
         {parallel_edges::allow, parallel_edges::forbid}) {
      what.kind = kind;
      what.parallel = parallel;
      CHECK(record(what, random, check));
    }
  }
  what.keys = true;
  what.histories *= 2;
  CHECK(record(what, random, check));
  CHECK(failed == 0);
  // Otherwise this shows nothing.
  CHECK(overlapping > operations / 20);
}

}  // namespace

TEST_CASE("what threads do at once could have been done one after the other",
          "[history][concurrent]") {
  explain_all(crew_kind::threads);
}

TEST_CASE("what processes do at once could have been done one after the other",
          "[history][process]") {
  explain_all(crew_kind::processes);
}
