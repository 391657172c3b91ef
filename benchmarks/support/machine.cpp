// benchmarks/support/machine.cpp: asks the system and the compiler.
#include "machine.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <boost/version.hpp>
#include <cstdlib>
#include <fstream>
#include <string>

namespace bench {
namespace {

#ifdef NDEBUG
constexpr bool assertions = false;
#else
constexpr bool assertions = true;
#endif
#ifdef __OPTIMIZE__
constexpr bool optimized = true;
#else
constexpr bool optimized = false;
#endif

#ifdef __clang__
constexpr auto compiler = "clang " __clang_version__;
#else
constexpr auto compiler = "g++ " __VERSION__;
#endif

/// The first value of `key` in a file of lines `key : value`.
std::string value_in(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(':');
    if (line.starts_with(key) && colon != line.npos) {
      const auto start = line.find_first_not_of(" \t", colon + 1);
      return start == line.npos ? "" : line.substr(start);
    }
  }
  return "unknown";
}

int usable_cores() {
  cpu_set_t cores;
  return ::sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores)
                                                           : 0;
}

}  // namespace

nlohmann::json machine() {
  utsname system{};
  ::uname(&system);
  double load = 0;
  ::getloadavg(&load, 1);
  return {{"cpu", value_in("/proc/cpuinfo", "model name")},
          {"cores", usable_cores()},
          {"memory", value_in("/proc/meminfo", "MemTotal")},
          {"kernel", fmt::format("{} {}", system.sysname, system.release)},
          {"compiler", compiler},
          {"boost", BOOST_LIB_VERSION},
          {"build", assertions || !optimized ? "debug" : "release"},
          {"assertions", assertions},
          {"optimized", optimized},
          {"load_average", load}};
}

void print_machine(const nlohmann::json& machine) {
  fmt::print("{}, {} cores, {}, {}\n{}, Boost {}, {} build, load {}\n",
             machine["cpu"].get<std::string>(), machine["cores"].get<int>(),
             machine["memory"].get<std::string>(),
             machine["kernel"].get<std::string>(),
             machine["compiler"].get<std::string>(),
             machine["boost"].get<std::string>(),
             machine["build"].get<std::string>(),
             machine["load_average"].get<double>());
  if (machine["assertions"].get<bool>() || !machine["optimized"].get<bool>()) {
    fmt::print(stderr,
               "WARNING: assertions are on, or the optimiser is off: these "
               "numbers mean nothing. Build the release preset.\n");
  }
}

}  // namespace bench
