// tests/support/segment_name.cpp: unique names, and the list of those in use.
#include "support/segment_name.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

// Of the sanitizers' runtime; null without one.
extern "C" void __sanitizer_set_death_callback(void (*callback)())
    __attribute__((weak));

namespace telar::test {
namespace {

namespace fs = std::filesystem;

// Where the library puts a shared segment of this name; removed as a file, so
// that a broken library cannot keep it from being removed.
fs::path segment_path(const std::string& name) {
  return "/dev/shm/telar.1." + name;
}

/// The paths that this process, not its parent, is to remove.
struct registry {
  registry() {
    // A sanitizer ends the program on the spot.
    if (__sanitizer_set_death_callback) {
      __sanitizer_set_death_callback([] { remove_what_is_left(); });
    }
  }

  std::mutex mutex;
  std::set<fs::path> paths;
  pid_t owner = ::getpid();
};

registry& in_use() {
  static registry paths;
  return paths;
}

void remove_quietly(const fs::path& path) noexcept {
  if (::unlink(path.c_str()) == 0) return;
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

void remember(const fs::path& path) {
  remove_quietly(path);
  registry& names = in_use();
  const std::lock_guard lock(names.mutex);
  // A child's list begins empty: what its parent made is its parent's.
  if (names.owner != ::getpid()) names.paths.clear();
  names.owner = ::getpid();
  names.paths.insert(path);
}

void forget(const fs::path& path, pid_t owner) noexcept {
  if (owner != ::getpid()) return;
  remove_quietly(path);
  registry& names = in_use();
  const std::lock_guard lock(names.mutex);
  names.paths.erase(path);
}

std::string unique(std::string_view what) {
  static std::atomic<unsigned> counter{0};
  return std::string(what) + '-' + std::to_string(::getpid()) + '-' +
         std::to_string(counter++);
}

fs::path temporary_path(std::string_view what) {
  return fs::temp_directory_path() / ("telar-" + unique(what));
}

}  // namespace

segment_name::segment_name(std::string_view what)
    : text_(unique(what)), owner_(::getpid()) {
  remember(segment_path(text_));
}
segment_name::~segment_name() { forget(segment_path(text_), owner_); }

temporary_file::temporary_file(std::string_view what)
    : path_(temporary_path(what)), owner_(::getpid()) {
  remember(path_);
}
temporary_file::~temporary_file() { forget(path_, owner_); }

temporary_folder::temporary_folder(std::string_view what)
    : path_(temporary_path(what)), owner_(::getpid()) {
  remember(path_);
  fs::create_directories(path_);
}
temporary_folder::~temporary_folder() { forget(path_, owner_); }

void remove_what_is_left() noexcept {
  registry& names = in_use();
  // No lock: the caller may be a handler of a signal that struck inside one.
  if (names.owner != ::getpid()) return;
  for (const fs::path& path : names.paths) remove_quietly(path);
}

}  // namespace telar::test
