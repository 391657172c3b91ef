// The words of the error codes, and the translation of `errno`.
#include "error/raise.hpp"

#include <cerrno>
#include <cstring>

namespace telar {

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::not_found:
      return "not_found";
    case errc::exists:
      return "exists";
    case errc::busy:
      return "busy";
    case errc::timed_out:
      return "timed_out";
    case errc::corrupt:
      return "corrupt";
    case errc::incompatible:
      return "incompatible";
    case errc::no_space:
      return "no_space";
    case errc::bad_argument:
      return "bad_argument";
    case errc::system:
      return "system";
    case errc::task_failed:
      return "task_failed";
    case errc::expired:
      return "expired";
  }
  return "unknown";
}

namespace detail {
namespace {

/// What a user can do about it; at least, where to look.
std::string_view remedy_of(int errnum) {
  switch (errnum) {
    case EMFILE:
      return "Close some files, or raise this process's limit (ulimit -n).";
    case ENFILE:
      return "The machine has no more open files: raise fs.file-max.";
    case ENOMEM:
      return "Free some memory, or raise the limit of the control group or the "
             "container.";
    case ENOSPC:
    case EDQUOT:
      return "Make room there, or choose another place.";
    case EFBIG:
      return "Raise the limit on file sizes (ulimit -f), or choose another "
             "file system.";
    case EOPNOTSUPP:
    case ENOSYS:
    case EINVAL:
    case ENODEV:
      return "The file system there cannot do that; tmpfs, ext4, xfs and btrfs "
             "can.";
    case EACCES:
    case EPERM:
    case EROFS:
      return "Ask the owner for permission, or choose another place.";
    case EIO:
      return "The device may be failing: see the kernel's log (dmesg).";
    default:
      return "The system refused; its manual says why (man errno).";
  }
}

/// Memory, whatever kind of it, is a matter of its own.
errc code_of(int errnum) {
  const bool space = errnum == ENOSPC || errnum == EDQUOT || errnum == ENOMEM;
  return space ? errc::no_space : errc::system;
}

}  // namespace

void raise(errc code, const std::string& message) {
  throw error(code, message);
}

void raise_system(int errnum, const std::string& what) {
  char text[128];
  throw error(code_of(errnum), what + ": " +
                                   ::strerror_r(errnum, text, sizeof text) +
                                   ".  " + std::string(remedy_of(errnum)));
}

}  // namespace detail
}  // namespace telar
