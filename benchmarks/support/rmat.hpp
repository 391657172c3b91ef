// benchmarks/support/rmat.hpp: the input: a random graph of skewed degrees.
#pragma once

#include <cstdint>
#include <telar/types.hpp>
#include <vector>

namespace bench {

/// An R-MAT graph (A .57, B .19, C .19; vertex ids permuted): 2^scale vertices
/// and 16 undirected edges a vertex, in random order.  Self loops are drawn
/// again; parallel edges stay.
struct rmat {
  rmat(unsigned scale, std::uint64_t seed);

  std::uint32_t vertices;
  std::vector<telar::endpoints> edges;
  std::vector<std::uint32_t> degrees;
};

}  // namespace bench
