// segment/backing.hpp: the descriptor behind a segment: how one is made, given
// its name, opened and removed.  Knows files, nothing of what is in them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <telar/options.hpp>

namespace telar::detail {

/// An open file descriptor; closed at the end.
class descriptor {
 public:
  descriptor() = default;
  /// `hidden`: the file's name until it is published, if it must have one.  If
  /// it never is, the name goes with the descriptor.
  explicit descriptor(int fd, std::string hidden = {})
      : fd_(fd), hidden_(std::move(hidden)) {}
  descriptor(descriptor&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        hidden_(std::exchange(other.hidden_, {})) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    hidden_.swap(other.hidden_);
    return *this;
  }
  ~descriptor();

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

  [[nodiscard]] const std::string& hidden() const noexcept { return hidden_; }
  void published() noexcept { hidden_.clear(); }

 private:
  int fd_ = -1;
  std::string hidden_;
};

/// The path of a shared or file location: /dev/shm/telar.1.NAME, or the path.
[[nodiscard]] std::string path_of(const location& where);

/// Makes a file that has no name yet: if this process dies, nothing is left.
/// Shared and anonymous ones lie in /dev/shm, others beside their path.
/// Throws `no_space`, `not_found` (the folder), `system`.
[[nodiscard]] descriptor make_nameless(const location& where,
                                       std::uint32_t mode);

/// Sets the size of a file that nobody else knows.  False if a limit on sizes,
/// of the process or the file system, is in the way.  Throws `no_space`,
/// `system`.
[[nodiscard]] bool resize(const descriptor& file, const location& where,
                          std::uint64_t bytes);

/// Gives the file its name, at once and complete.  Throws `exists`.
void publish(descriptor& file, const location& where);

/// Opens a regular file, never through a symbolic link, for reading and
/// writing.  Throws `not_found`; `corrupt` if it is something else; `system`
/// with the remedy if there is no permission to write, or if it belongs to a
/// user whom this process has no reason to trust: who can write a segment can
/// have the C library's lock code write anywhere in those that attach.
[[nodiscard]] descriptor open_existing(const location& where);

/// How a process has a named segment: every user shares it for as long as it
/// is open; who makes its locks anew, repairs or removes it has it alone.  The
/// kernel lets go when the last copy of the descriptor is closed: at exec and
/// death, too, but not while a forked child lives.
enum class tenure { shared, alone };

/// Changes it.  False, and then it is neither, if others are in the way for
/// longer than `patience`, or if the file system has no such locks and it is to
/// be had alone.
[[nodiscard]] bool hold(const descriptor& file, tenure how,
                        std::chrono::milliseconds patience);

/// Removes the name.  False if there was none.
bool remove_name(const location& where);

}  // namespace telar::detail
