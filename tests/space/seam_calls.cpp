// tests/space/seam_calls.cpp: the functions themselves.  Symbols of the program
// come before those of the C library, also for the C++ library's own calls.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "space/seam.hpp"

using telar::test::call;
using telar::test::is_to_fail;
using telar::test::refusal_of_fallocate;
using telar::test::refusal_of_open;

namespace {

/// The real call, unless it is to fail.
template <typename... Arguments>
long real(call what, long number, Arguments... arguments) {
  if (is_to_fail(what)) return -1;
  return ::syscall(number, arguments...);
}

bool refused(int errnum) {
  if (errnum != 0) errno = errnum;
  return errnum != 0;
}

using opener = FILE* (*)(const char*, const char*);

FILE* really_open(const char* name, const char* path, const char* mode) {
  if (is_to_fail(call::fopen)) return nullptr;
  return reinterpret_cast<opener>(::dlsym(RTLD_NEXT, name))(path, mode);
}

void* allocated_or_null(std::size_t bytes) noexcept {
  if (is_to_fail(call::operator_new)) return nullptr;
  return std::malloc(bytes == 0 ? 1 : bytes);
}

void* allocated(std::size_t bytes) {
  if (void* memory = allocated_or_null(bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    std::va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  if (refused(refusal_of_open(flags))) return -1;
  return static_cast<int>(
      real(call::open, SYS_openat, AT_FDCWD, path, flags, mode));
}

int access(const char* path, int mode) noexcept {
  return static_cast<int>(
      real(call::access, SYS_faccessat, AT_FDCWD, path, mode));
}

int memfd_create(const char* name, unsigned flags) noexcept {
  return static_cast<int>(
      real(call::memfd_create, SYS_memfd_create, name, flags));
}

int fchmod(int fd, mode_t mode) noexcept {
  return static_cast<int>(real(call::fchmod, SYS_fchmod, fd, mode));
}

int fstat(int fd, struct stat* state) noexcept {
  return static_cast<int>(real(call::fstat, SYS_fstat, fd, state));
}

int fsync(int fd) { return static_cast<int>(real(call::fsync, SYS_fsync, fd)); }

int ftruncate(int fd, off_t size) noexcept {
  return static_cast<int>(real(call::ftruncate, SYS_ftruncate, fd, size));
}

int fallocate(int fd, int mode, off_t offset, off_t size) {
  if (refused(refusal_of_fallocate(mode, size))) return -1;
  return static_cast<int>(
      real(call::fallocate, SYS_fallocate, fd, mode, offset, size));
}

ssize_t pread(int fd, void* to, size_t size, off_t offset) {
  return real(call::pread, SYS_pread64, fd, to, size, offset);
}

ssize_t pwrite(int fd, const void* from, size_t size, off_t offset) {
  return real(call::pwrite, SYS_pwrite64, fd, from, size, offset);
}

void* mmap(void* where, size_t size, int protection, int flags, int fd,
           off_t offset) noexcept {
  return reinterpret_cast<void*>(
      real(call::mmap, SYS_mmap, where, size, protection, flags, fd, offset));
}

int madvise(void* where, size_t size, int advice) noexcept {
  return static_cast<int>(
      real(call::madvise, SYS_madvise, where, size, advice));
}

int linkat(int from_folder, const char* from, int to_folder, const char* to,
           int flags) noexcept {
  return static_cast<int>(
      real(call::linkat, SYS_linkat, from_folder, from, to_folder, to, flags));
}

int rename(const char* from, const char* to) noexcept {
  return static_cast<int>(real(call::rename, SYS_rename, from, to));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  return static_cast<int>(real(call::renameat2, SYS_renameat2, from_folder,
                               from, to_folder, to, flags));
}

int unlink(const char* path) noexcept {
  return static_cast<int>(real(call::unlink, SYS_unlinkat, AT_FDCWD, path, 0));
}

FILE* fopen(const char* path, const char* mode) {
  return really_open("fopen", path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
  return really_open("fopen64", path, mode);
}

}  // extern "C"

// All forms: a sanitizer has its own of those that are left out.
void* operator new(std::size_t bytes) { return allocated(bytes); }
void* operator new[](std::size_t bytes) { return allocated(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocated_or_null(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocated_or_null(bytes);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
