// Replacing a file.
#include "checkpoint/replacement.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <random>
#include <string_view>

#include "checkpoint/header.hpp"
#include "error/raise.hpp"
#include "segment/beyond_standard.hpp"
#include "segment/retry.hpp"

namespace telar::detail {
namespace {

constexpr char temporary_prefix[] = ".telar.checkpoint.";

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string new_name_in(const std::string& folder) {
  std::random_device random;
  return folder + "/" + temporary_prefix + std::to_string(::getpid()) + "." +
         std::to_string(random());
}

int open_file(const std::string& path, int flags) {
  return beyond_standard(uninterrupted(
      [&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0600); }));
}

/// Whether the name still leads to this file.
bool is_named(const descriptor& file, const std::string& name) {
  struct stat here {};
  struct stat there {};
  return ::fstat(file.get(), &here) == 0 &&
         ::lstat(name.c_str(), &there) == 0 && here.st_dev == there.st_dev &&
         here.st_ino == there.st_ino;
}

bool lock(const descriptor& file, int how) {
  return uninterrupted([&] { return ::flock(file.get(), how); }) == 0;
}

/// What may stay: another user's, or what a file system cannot lock.  (Not by
/// <filesystem>, which ends the program when the heap is used up.)
void remove_leftovers(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> all(::opendir(folder.c_str()),
                                                &::closedir);
  while (const dirent* const entry = all ? ::readdir(all.get()) : nullptr) {
    if (!std::string_view(entry->d_name).starts_with(temporary_prefix))
      continue;
    const std::string name = folder + "/" + entry->d_name;
    const descriptor left(open_file(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    if (left && lock(left, LOCK_EX | LOCK_NB) && is_named(left, name)) {
      ::unlink(name.c_str());
    }
  }
}

/// Another file under this name may be precious: a live graph, say.
void require_replaceable(const std::string& path) {
  struct stat state {};
  if (::lstat(path.c_str(), &state) != 0) return;
  if (S_ISREG(state.st_mode)) {
    if (state.st_size == 0) return;
    std::uint8_t first[sizeof checkpoint_magic] = {};
    const descriptor old(open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    if (!old || uninterrupted([&] {
                  return ::pread(old.get(), first, sizeof first, 0);
                }) < 0) {
      raise_system(errno, "cannot look at what is to be replaced, " + path);
    }
    if (has_checkpoint_magic(first)) return;
  }
  raise(errc::exists, path +
                          " exists, and is no checkpoint: it would be lost.  "
                          "Remove it first, or choose another name.");
}

}  // namespace

replacement::replacement(std::string path, std::uint32_t mode)
    : path_(std::move(path)), folder_(folder_of(path_)) {
  require_replaceable(path_);
  remove_leftovers(folder_);
  make_nameless(mode);
}

replacement::~replacement() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void replacement::make_nameless(std::uint32_t mode) {
  file_ = descriptor(open_file(folder_, O_RDWR | O_TMPFILE));
  if (!file_ && (errno == EOPNOTSUPP || errno == EISDIR)) {
    // Another's removal of leftovers may come between the name and the lock.
    constexpr int tries = 100;
    for (int i = 0; i < tries && !make_named(); ++i) {
    }
  }
  if (!file_) {
    if (errno == ENOENT || errno == ENOTDIR) {
      raise(errc::not_found,
            "cannot write " + path_ + ": there is no folder " + folder_ + ".");
    }
    fail("cannot create");
  }
  // Before it has its name.  If the file system knows no locks, nobody removes
  // leftovers there.
  (void)lock(file_, LOCK_EX);
  if (::fchmod(file_.get(), mode) != 0) fail("cannot set the mode of");
}

/// Where the file system has no O_TMPFILE.  False: to be done again.
bool replacement::make_named() {
  temporary_ = new_name_in(folder_);
  file_ =
      descriptor(open_file(temporary_, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW));
  if (!file_) {
    temporary_.clear();
    return errno != EEXIST;
  }
  return !lock(file_, LOCK_EX) || is_named(file_, temporary_);
}

void replacement::write(const void* bytes, std::size_t size,
                        std::uint64_t offset) {
  // Beyond the process's limit, pwrite would kill us with SIGXFSZ.
  rlimit most{};
  ::getrlimit(RLIMIT_FSIZE, &most);
  if (offset + size > most.rlim_cur) {
    errno = EFBIG;
    fail("cannot write");
  }
  const auto* at = static_cast<const char*>(bytes);
  while (size != 0) {
    const ssize_t done = uninterrupted([&] {
      return ::pwrite(file_.get(), at, size, static_cast<off_t>(offset));
    });
    if (done < 0) fail("cannot write");
    at += done;
    offset += static_cast<std::uint64_t>(done);
    size -= static_cast<std::size_t>(done);
  }
}

/// False: the name is taken.
bool replacement::link_as(const std::string& name) {
  const std::string self = "/proc/self/fd/" + std::to_string(file_.get());
  const int result = uninterrupted([&] {
    return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(),
                    AT_SYMLINK_FOLLOW);
  });
  if (result != 0 && errno != EEXIST) fail("cannot name");
  return result == 0;
}

void replacement::publish() {
  if (uninterrupted([&] { return ::fsync(file_.get()); }) != 0) {
    fail("cannot write");
  }
  if (temporary_.empty()) {
    // Where there is nothing to replace, it needs no other name.
    if (link_as(path_)) return sync_folder();
    std::string name = new_name_in(folder_);
    while (!link_as(name)) name = new_name_in(folder_);
    temporary_ = std::move(name);
  }
  if (uninterrupted(
          [&] { return ::rename(temporary_.c_str(), path_.c_str()); }) != 0) {
    fail("cannot replace");
  }
  temporary_.clear();
  sync_folder();
}

void replacement::sync_folder() const {
  const descriptor folder(open_file(folder_, O_RDONLY | O_DIRECTORY));
  if (folder && uninterrupted([&] { return ::fsync(folder.get()); }) == 0) {
    return;
  }
  // Some file systems cannot, and need not.
  if (folder && (errno == EINVAL || errno == EROFS)) return;
  fail(
      "the checkpoint is complete, but may not survive a loss of power: "
      "cannot make durable the name of");
}

void replacement::fail(const std::string& what) const {
  raise_system(errno, what + " " + path_);
}

}  // namespace telar::detail
