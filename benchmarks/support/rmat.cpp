// benchmarks/support/rmat.cpp: draws edges, a quadrant of the matrix at a time.
#include "rmat.hpp"

#include <algorithm>
#include <numeric>
#include <random>

namespace bench {
namespace {

constexpr std::uint64_t edges_a_vertex = 16;

// Of 2^16: 16 random bits decide a level, so one number serves four levels.
constexpr std::uint64_t a = 37355;    // .57
constexpr std::uint64_t ab = 49807;   // .57 + .19
constexpr std::uint64_t abc = 62259;  // .57 + .19 + .19

telar::endpoints draw(unsigned scale, std::mt19937_64& random) {
  telar::endpoints e{0, 0};
  std::uint64_t bits = 0;
  for (unsigned level = 0; level < scale; ++level) {
    if (level % 4 == 0) bits = random();
    const std::uint64_t x = bits & 0xffff;
    bits >>= 16;
    e.source = e.source << 1 | static_cast<std::uint32_t>(x >= ab);
    e.target = e.target << 1 |
               static_cast<std::uint32_t>((x >= a && x < ab) || x >= abc);
  }
  return e;
}

}  // namespace

rmat::rmat(unsigned scale, std::uint64_t seed)
    : vertices(std::uint32_t{1} << scale), degrees(vertices) {
  std::mt19937_64 random(seed);
  std::vector<telar::vertex_id> name(vertices);
  std::iota(name.begin(), name.end(), telar::vertex_id{0});
  std::ranges::shuffle(name, random);

  edges.reserve(edges_a_vertex * vertices);
  while (edges.size() < edges_a_vertex * vertices) {
    const auto e = draw(scale, random);
    if (e.source == e.target) continue;
    edges.push_back({name[e.source], name[e.target]});
    ++degrees[edges.back().source];
    ++degrees[edges.back().target];
  }
}

}  // namespace bench
