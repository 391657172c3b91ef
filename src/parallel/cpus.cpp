// Counting cpus, and what a number of workers means.
#include "parallel/cpus.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <telar/parallel/options.hpp>

#include "error/raise.hpp"
#include "parallel/board.hpp"

namespace telar::parallel {
namespace detail {
namespace {

unsigned rounded_up(double quota, double period) {
  return std::max(1u, static_cast<unsigned>((quota + period - 1) / period));
}

/// "200000 100000", or "max 100000".
std::optional<unsigned> quota_v2(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period) || quota <= 0 || period <= 0) return {};
  return rounded_up(quota, period);
}

std::optional<unsigned> quota_v1(const std::string& folder) {
  std::ifstream quota_file(folder + "/cpu.cfs_quota_us");
  std::ifstream period_file(folder + "/cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  if (!(quota_file >> quota) || !(period_file >> period)) return {};
  if (quota <= 0 || period <= 0) return {};
  return rounded_up(quota, period);
}

/// The least of a group and all that it is in.
template <typename Quota>
void lower(std::optional<unsigned>& least, const std::string& root,
           std::string path, const Quota& quota) {
  for (;;) {
    const std::optional<unsigned> found = quota(root + path);
    if (found) least = std::min(least.value_or(*found), *found);
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return;
    path.resize(slash);
  }
}

unsigned allowed_cpus() {
  cpu_set_t cpus;
  if (::sched_getaffinity(0, sizeof cpus, &cpus) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&cpus)));
}

std::optional<unsigned> override_cpus() {
  const char* const text = std::getenv("TELAR_WORKERS");
  if (!text || *text == '\0') return {};
  unsigned count = 0;
  const char* const end = text + std::strlen(text);
  const auto [stopped, failure] = std::from_chars(text, end, count);
  if (failure != std::errc{} || stopped != end || count == 0) {
    telar::detail::raise(errc::bad_argument,
                         std::string("TELAR_WORKERS is \"") + text +
                             "\": it must be a number, 1 or more.");
  }
  return count;
}

}  // namespace

std::optional<unsigned> quota_cpus(const std::string& membership,
                                   const std::string& root) {
  std::optional<unsigned> least;
  std::ifstream file(membership);
  // "0::/path" is version 2, "4:cpu,cpuacct:/path" version 1.
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    const std::string controllers =
        ',' + line.substr(first + 1, second - first - 1) + ',';
    const std::string path = line.substr(second + 1);
    if (controllers == ",,") lower(least, root, path, quota_v2);
    if (controllers.find(",cpu,") != controllers.npos) {
      lower(least, root + "/cpu", path, quota_v1);
    }
  }
  return least;
}

}  // namespace detail

unsigned available_cpus() {
  unsigned cpus = detail::allowed_cpus();
  const auto lower = [&cpus](std::optional<unsigned> limit) {
    if (limit) cpus = std::min(cpus, *limit);
  };
  lower(detail::quota_cpus("/proc/self/cgroup", "/sys/fs/cgroup"));
  lower(detail::override_cpus());
  return cpus;
}

unsigned worker_count(int workers, unsigned cpus) {
  if (workers == 0 || workers > static_cast<int>(detail::max_workers)) {
    telar::detail::raise(
        errc::bad_argument,
        std::to_string(workers) +
            " workers: it must be 1 to 1024, or below 0 (-1 is "
            "one for each cpu, -2 one fewer).");
  }
  if (workers > 0) return static_cast<unsigned>(workers);
  const std::int64_t count = std::int64_t{cpus} + 1 + workers;
  return static_cast<unsigned>(
      std::clamp<std::int64_t>(count, 1, detail::max_workers));
}

std::string_view to_string(backend who) noexcept {
  switch (who) {
    case backend::sequential:
      return "sequential";
    case backend::threads:
      return "threads";
    case backend::processes:
      return "processes";
    case backend::workers:
      return "workers";
  }
  return "unknown";
}

}  // namespace telar::parallel
