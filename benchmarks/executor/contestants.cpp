// benchmarks/executor/contestants.cpp: what their templates need.
#include "contestants.hpp"

#include <algorithm>

namespace bench {

double percentile_99(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[(values.size() * 99 + 99) / 100 - 1];
}

}  // namespace bench
