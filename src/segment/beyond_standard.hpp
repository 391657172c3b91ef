// segment/beyond_standard.hpp: where a process has closed its standard streams,
// what it opens next takes their numbers, and what it prints would be written
// there: over the first page of a graph.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace telar::detail {

/// The descriptor, moved to a number that no standard stream has.  -1, and
/// `errno`, if there is none, or if it is -1 already.
inline int beyond_standard(int fd) noexcept {
  if (fd < 0 || fd > STDERR_FILENO) return fd;
  const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int errnum = errno;
  ::close(fd);
  errno = errnum;
  return moved;
}

}  // namespace telar::detail
