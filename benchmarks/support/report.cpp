// benchmarks/support/report.cpp: percentiles, and reports in files.
#include "report.hpp"

#include <fstream>
#include <stdexcept>

namespace bench {

double percentile(const std::vector<double>& sorted, double share) {
  const auto rank = share * static_cast<double>(sorted.size() - 1) + 0.5;
  return sorted[static_cast<std::size_t>(rank)];
}

void write(const std::string& path, const nlohmann::json& report) {
  std::ofstream file(path);
  file << report.dump(2) << '\n';
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace bench
