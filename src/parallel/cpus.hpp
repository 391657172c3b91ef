// parallel/cpus.hpp: how many cpus a cgroup grants.
#pragma once

#include <optional>
#include <string>

namespace telar::parallel::detail {

/// The cpus that the quota of the cgroup comes to, rounded up; absent: no
/// quota.  `membership` is a file as /proc/self/cgroup, `root` a folder as
/// /sys/fs/cgroup: version 2, and version 1 below `root`/cpu.
[[nodiscard]] std::optional<unsigned> quota_cpus(const std::string& membership,
                                                 const std::string& root);

}  // namespace telar::parallel::detail
