// Making, naming, opening and removing the file behind a segment.
#include "segment/backing.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>
#include <thread>

#include "error/raise.hpp"
#include "segment/beyond_standard.hpp"
#include "segment/retry.hpp"

namespace telar::detail {
namespace {

constexpr char shared_folder[] = "/dev/shm";
// The format version is in the name: releases that cannot read each other's
// segments do not see them either.
constexpr char shared_prefix[] = "telar.1.";

std::string folder_of(const location& where) {
  if (where.placement() != placement::file) return shared_folder;
  const std::string& path = where.name();
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

[[noreturn]] void fail_to_make(int errnum, const location& where) {
  const std::string what = "cannot create " + where.name();
  if (errnum == ENOENT || errnum == ENOTDIR) {
    raise(errc::not_found,
          what + ": there is no folder " + folder_of(where) + ".");
  }
  if (errnum == ENOSPC || errnum == EDQUOT) {
    raise(errc::no_space, what + ": " + folder_of(where) +
                              " is full.  Make room there, or choose another "
                              "place.");
  }
  raise_system(errnum, what);
}

/// Where the file system has no O_TMPFILE: a hidden name, until `publish`.
std::string hidden_name(const location& where) {
  std::random_device random;
  return folder_of(where) + "/.telar.new." + std::to_string(::getpid()) + "." +
         std::to_string(random());
}

std::string own_link(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

/// Whether the environment names this user: TELAR_TRUST=1001,1002 or `*`.  Not
/// in a program that runs with more rights than its caller has.
bool is_trusted(uid_t owner) {
  if (owner == 0 || owner == ::geteuid()) return true;
  const char* const value = ::secure_getenv("TELAR_TRUST");
  std::string_view rest = value ? value : "";
  const std::string wanted = std::to_string(owner);
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    if (one == "*" || one == wanted) return true;
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  return false;
}

int open_file(const std::string& path, int flags) {
  return uninterrupted([&] { return ::open(path.c_str(), flags, 0600); });
}

}  // namespace

descriptor::~descriptor() {
  if (!hidden_.empty()) ::unlink(hidden_.c_str());
  if (fd_ >= 0) ::close(fd_);
}

std::string path_of(const location& where) {
  if (where.placement() == placement::file) return where.name();
  return std::string(shared_folder) + "/" + shared_prefix + where.name();
}

descriptor make_nameless(const location& where, std::uint32_t mode) {
  constexpr int flags = O_RDWR | O_CLOEXEC;
  std::string hidden;
  int fd = open_file(folder_of(where), flags | O_TMPFILE);
  if (fd < 0 && where.placement() == placement::anonymous) {
    fd = ::memfd_create("telar", MFD_CLOEXEC);
  } else if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    hidden = hidden_name(where);
    fd = open_file(hidden, flags | O_CREAT | O_EXCL | O_NOFOLLOW);
  }
  fd = beyond_standard(fd);
  if (fd < 0) fail_to_make(errno, where);
  descriptor file(fd, std::move(hidden));
  // fchmod, not umask: the umask belongs to the whole process.
  if (::fchmod(fd, mode) != 0) {
    raise_system(errno, "cannot set the mode of " + where.name());
  }
  return file;
}

bool resize(const descriptor& file, const location& where,
            std::uint64_t bytes) {
  // Beyond the process's limit, ftruncate would kill us with SIGXFSZ.
  rlimit most{};
  ::getrlimit(RLIMIT_FSIZE, &most);
  if (bytes > most.rlim_cur) return false;
  const int result = uninterrupted(
      [&] { return ::ftruncate(file.get(), static_cast<off_t>(bytes)); });
  if (result == 0) return true;
  if (errno == EFBIG || errno == EINVAL) return false;
  fail_to_make(errno, where);
}

void publish(descriptor& file, const location& where) {
  const std::string path = path_of(where);
  const std::string& hidden = file.hidden();
  const std::string link = own_link(file.get());
  // One step either way: killed here, it has its name or not, never two.
  const int result = uninterrupted([&] {
    return hidden.empty() ? ::linkat(AT_FDCWD, link.c_str(), AT_FDCWD,
                                     path.c_str(), AT_SYMLINK_FOLLOW)
                          : ::renameat2(AT_FDCWD, hidden.c_str(), AT_FDCWD,
                                        path.c_str(), RENAME_NOREPLACE);
  });
  const int errnum = errno;
  if (result == 0) return file.published();
  if (errnum == EEXIST) {
    raise(errc::exists, where.name() +
                            " exists already.  Open it, remove it, or choose "
                            "another name.");
  }
  fail_to_make(errnum, where);
}

descriptor open_existing(const location& where) {
  const std::string path = path_of(where);
  // O_NONBLOCK: a FIFO under this name must not hold us up.
  const int fd = beyond_standard(
      open_file(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (fd < 0) {
    const std::string what = "cannot open " + where.name();
    switch (errno) {
      case ENOENT:
      case ENOTDIR:
        raise(errc::not_found, "there is no graph " + where.name() + ".");
      case ELOOP:
      case ENXIO:
      case EISDIR:
        raise(errc::corrupt, what + ": it is not a regular file.");
      case EACCES:
      case EROFS:
      case EPERM:
        raise(errc::system,
              what +
                  ": no permission to write.  A live graph cannot be opened "
                  "read-only, since a reader must be able to hold memory and "
                  "to repair what a killed process left.  Ask the owner for "
                  "write permission, or for a checkpoint, which is a copy to "
                  "read.");
      default:
        raise_system(errno, what);
    }
  }
  descriptor file(fd);
  struct stat state {};
  if (::fstat(fd, &state) != 0) {
    raise_system(errno, "cannot look at " + where.name());
  }
  if (!S_ISREG(state.st_mode) || state.st_nlink > 1) {
    raise(errc::corrupt, "cannot open " + where.name() +
                             ": it is not a regular file with one name.");
  }
  if (!is_trusted(state.st_uid)) {
    const std::string owner = std::to_string(state.st_uid);
    raise(errc::system, "cannot open " + where.name() +
                            ": it belongs to user " + owner +
                            ", who could make this process do anything.  If "
                            "that user may, say so: TELAR_TRUST=" +
                            owner + ".");
  }
  return file;
}

bool hold(const descriptor& file, tenure how,
          std::chrono::milliseconds patience) {
  // First let go: of two who share it and want it alone, one must get it.
  if (how != tenure::shared) ::flock(file.get(), LOCK_UN);
  const int wanted = (how == tenure::alone ? LOCK_EX : LOCK_SH) | LOCK_NB;
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (::flock(file.get(), wanted) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return how == tenure::shared;
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

bool remove_name(const location& where) {
  const std::string path = path_of(where);
  // Not Boost's remove(): it hides that the heap is used up.
  if (uninterrupted([&] { return ::unlink(path.c_str()); }) == 0) return true;
  if (errno == ENOENT) return false;
  raise_system(errno, "cannot remove " + where.name());
}

}  // namespace telar::detail
