// demos/kill_nine/look_up.cpp: every edge, at both of its ends.
#include "ledger.hpp"

namespace demo {

account look_up(const telar::graph& g, const ledger& of) {
  std::vector<std::uint8_t> at_warp(of.edges());
  std::vector<std::uint8_t> at_other(of.edges());
  for (telar::vertex_id v = 0; v < g.vertex_count(); ++v) {
    for (const telar::vertex_id target : g.neighbors(v)) {
      if (v < warp) {
        ++at_warp[number_of(v, target)];
      } else {
        ++at_other[number_of(target, v)];
      }
    }
  }
  account all;
  for (std::uint64_t number = 0; number < of.edges(); ++number) {
    const bool whole = at_warp[number] == 1 && at_other[number] == 1;
    const bool absent = at_warp[number] == 0 && at_other[number] == 0;
    const bool told = of.acknowledged(number);
    all.acknowledged += told ? 1 : 0;
    all.unacknowledged += whole && !told ? 1 : 0;
    if (!whole && (told || !absent)) all.missing.push_back(number);
  }
  return all;
}

}  // namespace demo
