// Every single-bit flip of the header and metadata of small segments: opened,
// checked, read, changed, repaired and salvaged without a crash or a hang.
//
//   TELAR_FLIPS=all build/asan/bin/test-hostile     all of them, 600,000 images
//   TELAR_FLIPS=20000 …                             so many of each segment
//
// A child works through a batch, and its parent knows which flip it is at.  A
// flip may take a second of processor time; a lock that seems to be held is
// waited for, for ten seconds.
#include <sys/mman.h>
#include <sys/time.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <new>
#include <string>

#include <catch2/catch.hpp>

#include "hostile/image.hpp"
#include "hostile/seeds.hpp"
#include "hostile/use.hpp"
#include "support/placed.hpp"
#include "support/random.hpp"

using namespace telar;
using namespace telar::test;

namespace {

constexpr std::uint64_t batch = 400;
#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t default_share = 3'000;
#else
constexpr std::uint64_t default_share = 4'000;
#endif

struct flip {
  std::uint64_t offset;
  unsigned bit;
  bool mend_checksum;
};

std::vector<flip> all_flips(const std::vector<range>& ranges) {
  std::vector<flip> all;
  for (const range& r : ranges) {
    for (std::uint64_t i = 0; i < 8 * r.size; ++i) {
      const std::uint64_t offset = r.offset + i / 8;
      const auto bit = static_cast<unsigned>(i % 8);
      all.push_back({offset, bit, false});
      if (offset < sizeof(detail::superblock)) {
        all.push_back({offset, bit, true});
      }
    }
  }
  return all;
}

/// Shuffled, so that a part is a fair one; replayed by the seed.
std::vector<flip> chosen(std::vector<flip> all, seeded_random& random) {
  const char* wanted = std::getenv("TELAR_FLIPS");
  std::shuffle(all.begin(), all.end(), random);
  if (wanted && std::string_view(wanted) == "all") return all;
  const std::uint64_t share = wanted ? std::stoull(wanted) : default_share;
  if (all.size() > share) all.resize(share);
  return all;
}

/// Which flip a child is at; it outlives the child.
struct place {
  std::atomic<std::uint64_t> at{0};
};

void limit_time(long seconds) {
  const itimerval processor{{0, 0}, {seconds, 0}};
  ::setitimer(ITIMER_PROF, &processor, nullptr);
  const itimerval wall{{0, 0}, {60 * seconds, 0}};
  ::setitimer(ITIMER_REAL, &wall, nullptr);
}

int work_through(const std::vector<flip>& flips, std::uint64_t end, image& seed,
                 const location& where, bool columns, place& now) {
  seed.open();
  for (std::uint64_t i = now.at; i < end; ++i) {
    now.at = i;
    limit_time(1);
    seed.flip(flips[i].offset, flips[i].bit, flips[i].mend_checksum);
    use(where, {.change = i % 4 == 0,
                .examine = i % 16 == 1,
                .repair = i % 16 == 2,
                .salvage = i % 4 == 3,
                .columns = columns && i % 2 == 0});
  }
  now.at = end;
  return 0;
}

std::string described(const flip& f, int ended) {
  return "byte " + std::to_string(f.offset) + ", bit " + std::to_string(f.bit) +
         (f.mend_checksum ? " (with its checksum)" : "") +
         (ended < 0 ? ": signal " + std::to_string(-ended)
                    : ": exit " + std::to_string(ended)) +
         "\n";
}

/// What went wrong, a line each.
std::string failures_of(const seed& what, seeded_random& random) {
  const placed where(placement::shared);
  what.make(where);
  // Opened by the name of a shared one; but as a file it may be of another boot.
  const std::vector<range> committed = committed_ranges(where);
  const std::vector<flip> flips =
      chosen(all_flips(worthwhile_ranges(where)), random);
  image bytes(where.path(), committed);
  void* memory = ::mmap(nullptr, sizeof(place), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  place& now = *new (memory) place;
  std::string failures;
  int count = 0;
  while (now.at < flips.size() && count < 10) {
    const std::uint64_t end =
        std::min<std::uint64_t>(now.at + batch, flips.size());
    process child = start_process([&] {
      return work_through(flips, end, bytes, where, what.name == "a table",
                          now);
    });
    const int ended = child.wait();
    if (ended == 0) continue;
    failures += described(flips[now.at], ended);
    ++count;
    ++now.at;
  }
  std::cout << what.name << ": " << now.at << " images\n";
  ::munmap(memory, sizeof(place));
  return failures;
}

void require_harmless(std::size_t index) {
  seeded_random random;
  const seed& what = all_seeds().at(index);
  INFO(what.name);
  CHECK(failures_of(what, random) == "");
}

}  // namespace

// A case each, so that ctest runs them beside each other.
TEST_CASE("no flipped bit of an undirected graph is a way to a crash",
          "[hostile][process]") {
  require_harmless(0);
}
TEST_CASE("no flipped bit of a directed graph is a way to a crash",
          "[hostile][process]") {
  require_harmless(1);
}
TEST_CASE("no flipped bit of a bidirectional graph is a way to a crash",
          "[hostile][process]") {
  require_harmless(2);
}
TEST_CASE("no flipped bit of a graph with string keys is a way to a crash",
          "[hostile][process]") {
  require_harmless(3);
}
TEST_CASE("no flipped bit of a graph with numbers for keys is a way to a crash",
          "[hostile][process]") {
  require_harmless(4);
}
TEST_CASE("no flipped bit beside two who died in a change is a way to a crash",
          "[hostile][process]") {
  require_harmless(5);
}
TEST_CASE("no flipped bit of a table is a way to a crash",
          "[hostile][process]") {
  require_harmless(6);
}
TEST_CASE("no flipped bit of a feed of changes is a way to a crash",
          "[hostile][process]") {
  require_harmless(7);
}
