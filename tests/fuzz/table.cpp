// tests/fuzz/table.cpp: tables in CSV.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include <telar/frame/csv.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  static const int fd = ::memfd_create("table", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(fd);
  if (::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, data + 1, size - 1, 0) != static_cast<ssize_t>(size - 1)) {
    std::abort();
  }
  telar::csv_options options;
  options.header = (data[0] & 1) != 0;
  options.delimiter = (data[0] & 2) != 0   ? ','
                      : (data[0] & 4) != 0 ? '\t'
                                           : ';';
  try {
    const telar::frame table = telar::read_csv(path, telar::isolated, options);
    (void)table.text();
    if (!table.check().ok()) std::abort();
  } catch (const telar::error&) {
  }
  return 0;
}
