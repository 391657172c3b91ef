// tests/space/holdings.cpp: counting, as /proc has it.
#include "space/holdings.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <telar/detail/layout.hpp>

#include "support/process.hpp"

namespace telar::test {
namespace {

namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

std::size_t files_of_mine(const fs::path& folder) {
  const std::string pid = std::to_string(::getpid());
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    count += name.starts_with(".telar.new." + pid + '.') ||
             name.find("-" + pid + "-") != std::string::npos;
  }
  return count;
}

}  // namespace

holdings holdings_now() {
  holdings all;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    (void)entry;
    ++all.descriptors;
  }
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    all.mappings += line.find(" /dev/shm/") != std::string::npos ||
                    line.find(" /memfd:telar") != std::string::npos ||
                    line.find("/telar-placed-") != std::string::npos;
  }
  std::ifstream("/proc/self/statm") >> all.address_space;
  all.address_space *= detail::page;
  all.names =
      files_of_mine("/dev/shm") + files_of_mine(fs::temp_directory_path());
  return all;
}

void require_no_more(const holdings& now, const holdings& before,
                     bool mappings) {
  require(now.descriptors == before.descriptors, "a descriptor was left open");
  require(now.names == before.names, "a file was left behind");
  if (!mappings) return;
  require(now.mappings == before.mappings, "a mapping was left");
  // The smallest of an isolated graph; a sanitizer's own memory comes and goes.
  require(sanitized ||
              now.address_space < before.address_space + detail::control_bytes,
          "private memory was left mapped");
}

}  // namespace telar::test
