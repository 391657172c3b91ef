// participant/process.hpp: which process this is.  A forked child inherits all
// memory of its parent, so whatever was attached has to notice that it is not
// the parent any more.
#pragma once

#include <atomic>
#include <cstdint>

namespace telar::detail {

/// A number that differs between a process and its forked children.  It lies in
/// a page that the kernel wipes at fork, so a raw clone() is noticed too.
[[nodiscard]] std::uint64_t process_generation();

/// Where the number is; 0 means: a child that has not looked yet.
[[nodiscard]] const std::atomic<std::uint64_t>& process_generation_word();

/// When this process started, as /proc/PID/stat counts it.
[[nodiscard]] std::uint64_t process_start_time();

/// The namespaces that this process's pid and start time belong to; 0 if that is
/// unknown, or /proc shows another one.
[[nodiscard]] std::uint64_t pid_namespace();

/// Whether a process of this pid (in this namespace) and start time lives.  In
/// doubt, yes.
[[nodiscard]] bool is_running(std::uint32_t pid, std::uint64_t start_time);

/// Whether a thread of such a process lives, or has not ended so far that the
/// kernel has marked its locks.  In doubt, yes.
[[nodiscard]] bool is_running(std::uint32_t pid, std::uint64_t start_time,
                              std::uint32_t thread);

/// Something to be mended in a forked child before anything else: an isolated
/// graph, whose inherited participants are all dead by definition.
class fork_listener {
 public:
  virtual void forked() = 0;

 protected:
  fork_listener() = default;
  fork_listener(const fork_listener&) = delete;
  ~fork_listener() = default;
};

void add_fork_listener(fork_listener& listener);
void remove_fork_listener(fork_listener& listener);

}  // namespace telar::detail
