// tests/fuzz/checkpoint.cpp: bytes that are a checkpoint, of which all checksums
// are made right, so that what they protect is looked at.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "checkpoint/forged.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace telar::test;
  std::vector<char> bytes(data, data + size);
  if (bytes.size() >= sizeof(telar::detail::checkpoint_header)) {
    header_of(bytes).file_bytes = bytes.size();
    forge(bytes);
  }
  const int fd = ::memfd_create("fuzz", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, bytes.data(), bytes.size()) !=
                    static_cast<ssize_t>(bytes.size())) {
    std::abort();
  }
  try {
    use_forged("/proc/self/fd/" + std::to_string(fd));
  } catch (const telar::error& refused) {
    if (refused.code() != telar::errc::corrupt &&
        refused.code() != telar::errc::incompatible) {
      std::abort();
    }
  }
  ::close(fd);
  return 0;
}
