// tests/space/seam.cpp: which call is to fail.
#include "space/seam.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace telar::test {
namespace {

constexpr std::size_t most_calls = 1 << 16;

/// Plain data: `operator new` asks for it, too.
struct counting {
  bool on;
  fault what;
  std::uint64_t count;
  std::uint64_t failed;
  call first_failed;
  std::array<call, most_calls> made;
};
thread_local constinit counting now{};

struct circumstances {
  bool nameless_files = true;
  bool holes = true;
  std::int64_t longest = std::numeric_limits<std::int64_t>::max();
};
thread_local constinit circumstances there{};

resource resource_of(call what) {
  return what == call::operator_new ? resource::heap : resource::system;
}

}  // namespace

const char* to_string(call what) noexcept {
  constexpr const char* names[] = {
      "access",    "fallocate", "fchmod",      "fopen",   "fstat",
      "fsync",     "ftruncate", "linkat",      "madvise", "memfd_create",
      "mmap",      "open",      "pread",       "pwrite",  "rename",
      "renameat2", "unlink",    "operator new"};
  return names[static_cast<unsigned>(what)];
}

armed::armed(const fault& what) {
  now.what = what;
  now.count = 0;
  now.failed = 0;
  now.on = true;
}

armed::~armed() { now.on = false; }

std::vector<call> armed::calls() const {
  // Its own memory is not to be counted.
  now.on = false;
  const auto count = static_cast<std::ptrdiff_t>(
      std::min<std::uint64_t>(now.count, most_calls));
  std::vector<call> all(now.made.begin(), now.made.begin() + count);
  now.on = true;
  return all;
}

std::uint64_t armed::failed() const noexcept { return now.failed; }

system_without::system_without(nameless_files) { there.nameless_files = false; }
system_without::system_without(holes) { there.holes = false; }
system_without::system_without(time_for more) { there.longest = more.bytes; }
system_without::~system_without() { there = {}; }

int refusal_of_open(int flags) noexcept {
  const bool nameless = (flags & O_TMPFILE) == O_TMPFILE;
  return nameless && !there.nameless_files ? EOPNOTSUPP : 0;
}

int refusal_of_fallocate(int mode, std::int64_t bytes) noexcept {
  if ((mode & FALLOC_FL_PUNCH_HOLE) != 0) return there.holes ? 0 : EOPNOTSUPP;
  return bytes > there.longest ? EINTR : 0;
}

bool is_to_fail(call what) noexcept {
  if (!now.on || resource_of(what) != now.what.of) return false;
  if (now.count < most_calls) now.made[now.count] = what;
  ++now.count;
  if (now.what.at == 0 || now.count < now.what.at) return false;
  if (now.count == now.what.at) now.first_failed = what;
  // A name can always be taken back: or nobody could tidy up.
  const bool another = what != now.first_failed;
  if (another && (!now.what.all || what == call::unlink)) return false;
  if (now.failed == now.what.times) return false;
  ++now.failed;
  errno = now.what.errnum;
  return true;
}

}  // namespace telar::test
