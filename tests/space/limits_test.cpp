// The limits of a process: on open files, on file sizes, on address space.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include <catch2/catch.hpp>

#include "segment/geometry.hpp"
#include "space/squeeze.hpp"
#include "space/watched.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"

using namespace telar;
using namespace telar::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

constexpr placement placements[] = {placement::shared, placement::file,
                                    placement::anonymous, placement::isolated};

void set_limit(__rlimit_resource_t of, std::uint64_t most) {
  rlimit now{};
  ::getrlimit(of, &now);
  now.rlim_cur = std::min<rlim_t>(most, now.rlim_max);
  require(::setrlimit(of, &now) == 0, "setrlimit");
}

struct sweep {
  __rlimit_resource_t of;
  /// The last one leaves room for all.
  std::vector<std::uint64_t> limits;
  /// What is added to each: what the process has before.
  std::function<std::uint64_t()> base = [] { return std::uint64_t{0}; };
};

/// Squeezes the script under each of the limits; returns how many of them were
/// in the way of a step.
std::size_t try_limits(const script& s, const sweep& all, const note& tell) {
  rlimit first{};
  ::getrlimit(all.of, &first);
  const auto views = views_of(s);
  std::size_t refused = 0;
  for (const std::uint64_t limit : all.limits) {
    tell("limit " + std::to_string(limit));
    const std::uint64_t most = all.base() + limit;
    const std::size_t done =
        squeeze(s, views,
                {.narrow = [&] { set_limit(all.of, most); },
                 .wide = [&] { set_limit(all.of, first.rlim_cur); },
                 .heap = all.of == RLIMIT_AS});
    refused += done < s.steps.size();
    require(done == s.steps.size() || limit != all.limits.back(),
            "the last limit is too low for this test");
  }
  return refused;
}

void check_limits(const sweep& all) {
  std::size_t refused = 0;
  std::size_t tried = 0;
  for (const placement where : placements) {
    for (const script& s : scripts_for(where)) {
      CHECK(problem_in_child(s.name + ", " + std::string(to_string(where)),
                             refused, [&](const note& tell) {
                               return try_limits(s, all, tell);
                             }) == "");
      tried += all.limits.size();
    }
  }
  CHECK(refused > all.limits.size());
  std::printf("%zu limits, %zu of them in the way\n", tried, refused);
}

/// The limit is on the numbers of files, of which some lower ones may be free.
std::uint64_t next_file() {
  const int fd = ::dup(STDIN_FILENO);
  require(fd >= 0, "dup");
  ::close(fd);
  return static_cast<std::uint64_t>(fd);
}

std::uint64_t address_space() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * detail::page;
}

}  // namespace

TEST_CASE(
    "whatever the limit on open files, what needs one more is refused and "
    "changes nothing",
    "[space][limit][process][error]") {
#if defined(__SANITIZE_ADDRESS__)
  // It opens a pipe to look at an object, or calls the object invalid.
  skip("the sanitizer needs descriptors of its own");
#endif
  sweep all{.of = RLIMIT_NOFILE, .limits = {}, .base = next_file};
  for (std::uint64_t more = 0; more < 8; ++more) all.limits.push_back(more);
  check_limits(all);
}

TEST_CASE(
    "whatever the limit on file sizes, what would go beyond it is refused, "
    "without a signal, and changes nothing",
    "[space][limit][process][error]") {
  const detail::geometry parts = detail::divide(detail::min_reserve);
  sweep all{.of = RLIMIT_FSIZE, .limits = {0, 1}};
  // Around each border of a range that a script uses.
  for (const std::uint64_t border :
       {2 * detail::page, parts.extents, parts.reserve, parts.cells(0),
        parts.cells(1), parts.cells(2), parts.text(1), parts.text(2)}) {
    for (std::uint64_t pages = 0; pages < 5; ++pages) {
      const std::uint64_t limit = border + pages * detail::page;
      all.limits.push_back(limit - 2 * detail::page);
    }
    all.limits.push_back(border - 1);
    all.limits.push_back(border + 1);
  }
  all.limits.push_back(parts.text(4));
  check_limits(all);
}

TEST_CASE(
    "whatever the limit on address space, what would go beyond it is refused "
    "and changes nothing",
    "[space][limit][process][error]") {
  if (sanitized) skip("a sanitizer needs more address space than that");
  sweep all{.of = RLIMIT_AS, .limits = {}, .base = address_space};
  for (std::uint64_t more = 0; more < 40; ++more) {
    all.limits.push_back(more * 5 * detail::page);
  }
  // To more than a graph, a second handle and columns take.
  for (std::uint64_t more = 2; more <= 100; ++more) {
    all.limits.push_back(more * detail::extent_bytes * 8);
  }
  check_limits(all);
}
