// The generation page, and the handlers that run around a fork.
#include "participant/process.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <mutex>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include "error/raise.hpp"
#include "segment/geometry.hpp"

namespace telar::detail {
namespace {

/// Process-wide state.  Never destroyed: threads may outlive static objects.
struct process_state {
  std::atomic<std::uint64_t>* page = nullptr;
  std::uint64_t generations = 1;
  std::atomic<std::uint64_t> start_time{0};
  std::uint64_t forking = 0;  ///< The generation that is being forked.
  std::mutex mutex;           ///< Guards `listeners`; held across fork().
  std::vector<fork_listener*> listeners;
};

void before_fork();
void after_fork_parent();
void after_fork_child();

process_state& state() {
  static process_state* const only = [] {
    auto made = std::make_unique<process_state>();
    void* bytes = ::mmap(nullptr, page, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) {
      raise_system(errno,
                   "cannot map a page for what this process is to telar");
    }
    ::madvise(bytes, page, MADV_WIPEONFORK);
    made->page = new (bytes) std::atomic<std::uint64_t>(1);
    ::pthread_atfork(before_fork, after_fork_parent, after_fork_child);
    return made.release();
  }();
  return *only;
}

void before_fork() {
  state().mutex.lock();
  state().forking = state().generations;
}
void after_fork_parent() { state().mutex.unlock(); }
void after_fork_child() {
  process_state& all = state();
  all.mutex.unlock();
  // The kernel has wiped it, unless it is one that cannot.  Not again, if a
  // handler that was registered before ours has used a graph already.
  if (all.generations == all.forking) {
    all.page->store(0, std::memory_order_relaxed);
  }
  (void)process_generation();
}

struct process_status {
  char state = 0;  ///< 0: unknown.
  std::uint64_t start_time = 0;
};

process_status status_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string text;
  std::getline(file, text);
  // The command, in parentheses, may hold anything; fields follow the last one.
  const auto end = text.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream fields(text.substr(end + 1));
  process_status found;
  std::string field;
  fields >> found.state;
  for (int number = 4; number <= 22; ++number) fields >> field;
  found.start_time = std::strtoull(field.c_str(), nullptr, 10);
  return found;
}

}  // namespace

std::uint64_t process_generation() {
  process_state& all = state();
  const std::uint64_t now = all.page->load(std::memory_order_relaxed);
  if (now != 0) [[likely]]
    return now;
  // A child, which has one thread as yet.
  all.start_time.store(0, std::memory_order_relaxed);
  const std::uint64_t mine = ++all.generations;
  all.page->store(mine, std::memory_order_relaxed);
  for (fork_listener* listener : all.listeners) listener->forked();
  return mine;
}

const std::atomic<std::uint64_t>& process_generation_word() {
  return *state().page;
}

std::uint64_t process_start_time() {
  (void)process_generation();  // a raw clone forgets its parent's
  // Without the mutex, which is held while a handler of a fork may attach.
  std::atomic<std::uint64_t>& known = state().start_time;
  if (const std::uint64_t time = known.load(std::memory_order_relaxed)) {
    return time;
  }
  const std::uint64_t time = status_of("self").start_time;
  known.store(time, std::memory_order_relaxed);
  return time;
}

std::uint64_t pid_namespace() {
  struct stat space {};
  if (::stat("/proc/self/ns/pid", &space) != 0) return 0;
  // What /proc calls us: not our pid if it was mounted for another namespace,
  // and then it says nothing about others either.  Looked at once in each.
  static std::atomic<std::uint64_t> seen_right{0};
  if (seen_right.load(std::memory_order_relaxed) != space.st_ino) {
    char self[16] = {};
    if (::readlink("/proc/self", self, sizeof self - 1) <= 0 ||
        std::strtol(self, nullptr, 10) != ::getpid()) {
      return 0;
    }
    seen_right.store(space.st_ino, std::memory_order_relaxed);
  }
  // Start times are told by the clock of whoever asks.  (Inodes of namespaces
  // have 32 bits.)
  struct stat time {};
  (void)::stat("/proc/self/ns/time", &time);
  return std::uint64_t{time.st_ino} << 32 | space.st_ino;
}

bool is_running(std::uint32_t pid, std::uint64_t start_time) {
  if (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) return false;
  const process_status found = status_of(std::to_string(pid));
  if (found.state == 0) return true;  // hidden from us
  return found.state != 'Z' && found.state != 'X' &&
         (start_time == 0 || found.start_time == start_time);
}

bool is_running(std::uint32_t pid, std::uint64_t start_time,
                std::uint32_t thread) {
  // The process is a zombie when its first thread has ended; others may run.
  const std::string name = std::to_string(pid);
  if (::syscall(SYS_tgkill, pid, thread, 0) != 0 && errno == ESRCH) {
    // It has ended; or it is a raw clone's, which signs with the id of the
    // thread that it was cloned from.
    return is_running(pid, start_time);
  }
  const process_status whole = status_of(name);
  const process_status part =
      status_of(name + "/task/" + std::to_string(thread));
  if (whole.state == 0 || part.state == 0) return true;  // hidden from us
  return part.state != 'Z' && part.state != 'X' &&
         whole.start_time == start_time;
}

void add_fork_listener(fork_listener& listener) {
  process_state& all = state();
  const std::lock_guard lock(all.mutex);
  all.listeners.push_back(&listener);
}

void remove_fork_listener(fork_listener& listener) {
  process_state& all = state();
  const std::lock_guard lock(all.mutex);
  std::erase(all.listeners, &listener);
}

}  // namespace telar::detail
