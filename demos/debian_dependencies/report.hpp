// demos/debian_dependencies/report.hpp: what the finished graph tells.
#pragma once

#include <cstdint>
#include <string>
#include <telar/graph.hpp>
#include <vector>

namespace demo {

struct ranked_package {
  std::string name;
  std::uint64_t dependents = 0;  ///< Packages that name it as a dependency.
  std::uint64_t needed_by = 0;   ///< The same, transitively, itself left out.
  double rank = 0;               ///< Its PageRank.
};

/// The `count` packages with the most dependents; ties by name.
[[nodiscard]] std::vector<ranked_package> most_depended_on(
    const telar::graph& g, std::size_t count);

/// The `count` packages of highest PageRank, computed by Boost.Graph in place.
[[nodiscard]] std::vector<ranked_package> highest_ranked(const telar::graph& g,
                                                         std::size_t count);

/// Whether two graphs have the same keys, and the same edges between them.
[[nodiscard]] bool same_by_key(const telar::graph& a, const telar::graph& b);

}  // namespace demo
